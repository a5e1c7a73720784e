package org.sourceos.rebuild.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A file of a profile, around the place of the program that it calls: whoever made it may have been installed elsewhere, and the
 * file is ours all the same.
 *
 * @param head before the program's path
 * @param program as the file has it, quoted; empty for a file that calls none
 * @param tail after it
 */
record ProfileFile(String head, String program, String tail, boolean executable) {

    void write(Path file) throws IOException {
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, head + program + tail);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }

    /** Whether a file is this one. */
    boolean isMade(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || executable != Files.isExecutable(file)) {
            return false;
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        String before = bytes(head);
        String after = bytes(tail);
        return program.isEmpty()
                ? text.equals(before + after)
                : text.startsWith(before)
                        && text.endsWith(after)
                        && text.length() > before.length() + after.length()
                        && text.substring(before.length(), text.length() - after.length())
                                        .indexOf('\n')
                                < 0;
    }

    /** What was written may be anything, so bytes are compared. */
    private static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
