package org.sourceos.cli.language;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.config.nix.SourceIo;

/** The host's own files, read as they are now. */
public final class FolderSourceIo implements SourceIo {
    @Override
    public byte[] read(String path) throws IOException {
        return Files.readAllBytes(Path.of(path));
    }

    @Override
    public Optional<FileType> type(String path) throws IOException {
        try {
            return Optional.of(
                    typeOf(Files.readAttributes(Path.of(path), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (FileSystemException e) {
            if (isBelowAFile(Path.of(path))) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public SortedMap<String, FileType> list(String path) throws IOException {
        SortedMap<String, FileType> names = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of(path))) {
            for (Path entry : entries) {
                names.put(
                        String.valueOf(entry.getFileName()),
                        typeOf(Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)));
            }
        }
        return names;
    }

    @Override
    public String readLink(String path) throws IOException {
        return Files.readSymbolicLink(Path.of(path)).toString();
    }

    /** ENOTDIR, which the JDK has no exception for. */
    private static boolean isBelowAFile(Path path) {
        for (Path above = path.getParent(); above != null; above = above.getParent()) {
            if (Files.exists(above)) {
                return !Files.isDirectory(above);
            }
        }
        return false;
    }

    private static FileType typeOf(BasicFileAttributes attributes) {
        if (attributes.isRegularFile()) {
            return FileType.REGULAR;
        }
        if (attributes.isDirectory()) {
            return FileType.DIRECTORY;
        }
        return attributes.isSymbolicLink() ? FileType.SYMLINK : FileType.UNKNOWN;
    }
}
