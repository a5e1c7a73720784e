package org.sourceos.cli.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.sourceos.cli.RequestFailedException;
import org.sourceos.cli.User;

/** The folder of the socket: this user's, and nobody else can enter it. */
final class RuntimeFolder {
    private RuntimeFolder() {}

    static void prepare(Path folder) throws IOException, RequestFailedException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        int owner = (Integer) Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (owner != User.uid() || Files.isSymbolicLink(folder)) {
            throw new RequestFailedException("cannot serve in " + folder + ": it "
                    + (Files.isSymbolicLink(folder) ? "is a link" : "belongs to user " + owner)
                    + "; remove it, or set SOURCEOS_RUNTIME to a folder of your own");
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }
}
