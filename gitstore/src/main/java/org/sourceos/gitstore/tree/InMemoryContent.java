package org.sourceos.gitstore.tree;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

/** A small file's bytes. */
public final class InMemoryContent implements FileContent {
    private final byte[] bytes;

    public InMemoryContent(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    @Override
    public long size() {
        return bytes.length;
    }

    @Override
    public InputStream open() {
        return new ByteArrayInputStream(bytes);
    }

    @Override
    public boolean lasts() {
        return true;
    }
}
