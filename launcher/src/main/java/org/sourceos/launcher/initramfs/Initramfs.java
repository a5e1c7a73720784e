package org.sourceos.launcher.initramfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import org.sourceos.gitstore.Digest;
import org.sourceos.host.AtomicFile;
import org.sourceos.launcher.LaunchException;

/** The archive a kernel starts from: our PID 1 as {@code /init} and the console it prints to. */
public final class Initramfs {
    private static final int CONSOLE_MAJOR = 5;
    private static final int CONSOLE_MINOR = 1;

    private Initramfs() {}

    /** The archive with this program in it. */
    public static byte[] of(byte[] init) {
        return new Cpio()
                .folder("dev", 0755)
                .characterDevice("dev/console", 0600, CONSOLE_MAJOR, CONSOLE_MINOR)
                .file("init", 0755, init)
                .finish();
    }

    /**
     * The archive as a file in {@code directory}, written when it is not there yet; its name says what is in it, so that a
     * new {@code init} gets a new file and machines that start now keep theirs.
     */
    public static Path write(Path init, Path directory) throws LaunchException {
        byte[] program;
        try {
            program = Files.readAllBytes(init);
        } catch (IOException e) {
            throw new LaunchException(
                    "cannot read the machines' init " + init + ": " + e + "; build it with make in launcher/src/main/c",
                    e);
        }
        Path file = directory.resolve("init-" + Digest.of(program).abbreviated() + ".cpio");
        try {
            byte[] archive = of(program);
            if (!Files.exists(file) || Files.size(file) != archive.length) {
                Files.createDirectories(directory);
                AtomicFile.write(file, out -> out.write(archive));
            }
            if (!Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
                // Nothing in it is secret, and a machine's own user is to read it.
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            }
            return file;
        } catch (IOException e) {
            throw new LaunchException("cannot write the initramfs " + file + ": " + e, e);
        }
    }
}
