package org.sourceos.config.nix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The real file system, read only. */
public final class DirectoryIo implements SourceIo {
    @Override
    public byte[] read(String path) throws IOException {
        return Files.readAllBytes(Path.of(path));
    }

    @Override
    public Optional<FileType> type(String path) throws IOException {
        Path file = Path.of(path);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return Optional.of(
                attributes.isSymbolicLink()
                        ? FileType.SYMLINK
                        : attributes.isDirectory()
                                ? FileType.DIRECTORY
                                : attributes.isRegularFile() ? FileType.REGULAR : FileType.UNKNOWN);
    }

    @Override
    public SortedMap<String, FileType> list(String path) throws IOException {
        SortedMap<String, FileType> entries = new TreeMap<>();
        try (Stream<Path> files = Files.list(Path.of(path))) {
            for (Path file : files.toList()) {
                entries.put(
                        file.getFileName().toString(),
                        type(file.toString()).orElseThrow(() -> new NoSuchFileException(file.toString())));
            }
        }
        return entries;
    }

    @Override
    public String readLink(String path) throws IOException {
        return Files.readSymbolicLink(Path.of(path)).toString();
    }
}
