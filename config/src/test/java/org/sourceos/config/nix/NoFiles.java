package org.sourceos.config.nix;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.SortedMap;

/** A world without files. */
public final class NoFiles implements SourceIo {
    @Override
    public byte[] read(String path) throws IOException {
        throw new NoSuchFileException(path);
    }

    @Override
    public Optional<FileType> type(String path) {
        return Optional.empty();
    }

    @Override
    public SortedMap<String, FileType> list(String path) throws IOException {
        throw new NoSuchFileException(path);
    }

    @Override
    public String readLink(String path) throws IOException {
        throw new NoSuchFileException(path);
    }
}
