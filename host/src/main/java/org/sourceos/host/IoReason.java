package org.sourceos.host;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/**
 * What an {@link IOException} says, for people. Java's exceptions about files have the path as their whole message, and their
 * class says what is wrong with it.
 */
public final class IoReason {
    private IoReason() {}

    public static String of(IOException failure) {
        if (failure instanceof FileSystemException about && about.getReason() == null && about.getFile() != null) {
            return about.getFile() + ": " + problem(about);
        }
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }

    /** In the words of strerror(3), as other programs say it. */
    private static String problem(FileSystemException failure) {
        if (failure instanceof NoSuchFileException) {
            return "No such file or directory";
        }
        if (failure instanceof AccessDeniedException) {
            return "Permission denied";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "File exists";
        }
        if (failure instanceof NotDirectoryException) {
            return "Not a directory";
        }
        if (failure instanceof DirectoryNotEmptyException) {
            return "Directory not empty";
        }
        return failure.getClass().getSimpleName();
    }
}
