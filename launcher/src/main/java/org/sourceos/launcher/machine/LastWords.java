package org.sourceos.launcher.machine;

import java.io.IOException;
import java.nio.file.Files;
import org.sourceos.launcher.GuestExit;

/** How a machine ended whose guest has gone without a word: by what its kernel and QEMU said. */
final class LastWords {
    private final Lifecycle life;
    private final GuestLine line;
    private final MachineFolders folders;

    LastWords(Lifecycle life, GuestLine line, MachineFolders folders) {
        this.life = life;
        this.line = line;
        this.folders = folders;
    }

    GuestExit exit() {
        String errors = errors();
        synchronized (life) {
            return Ends.silent(life.record().name(), life.isKilled(), line.panic(), errors);
        }
    }

    private String errors() {
        try {
            return Files.readString(folders.folder(life.record().id()).resolve(MachineFolders.ERRORS))
                    .strip();
        } catch (IOException e) {
            // It said nothing, or something that is no text.
            return "";
        }
    }
}
