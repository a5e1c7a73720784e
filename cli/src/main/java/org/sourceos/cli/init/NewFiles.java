package org.sourceos.cli.init;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import org.sourceos.host.Directories;

/** Files and folders that were not there before, in the order in which they were made, so that they can be taken back. */
final class NewFiles {
    private final Deque<Made> made = new ArrayDeque<>();

    /** @param whole whether everything in it is ours too; otherwise it goes only if nothing is in it any more */
    private record Made(Path path, boolean whole) {}

    /** Makes a folder, and those that it is in, as far as they are missing. */
    void folder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path parent = folder.getParent();
        if (parent != null) {
            folder(parent);
        }
        Files.createDirectory(folder);
        made.push(new Made(folder, false));
    }

    /** Writes a file down to the disk; fails if there is anything of that name. */
    void file(Path file, String text) throws IOException {
        Path parent = file.getParent();
        if (parent != null) {
            folder(parent);
        }
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            made.push(new Made(file, false));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /** Notes a file, or a folder with everything that is or will be in it, which was made in another way. */
    void add(Path path) {
        made.push(new Made(path, true));
    }

    /** Removes all of it, the last first. What is in the way of that is left. */
    void takeBack() {
        while (!made.isEmpty()) {
            try {
                Made last = made.pop();
                if (last.whole()) {
                    Directories.remove(last.path());
                } else {
                    Files.deleteIfExists(last.path());
                }
            } catch (IOException e) {
                // Why it is taken back is what the user hears.
            }
        }
    }
}
