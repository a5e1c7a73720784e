package org.sourceos.gitstore.git;

import java.io.IOException;
import java.io.InputStream;
import org.sourceos.gitstore.ObjectName;

/**
 * An object found in a repository: what it is, how long, and its content as a stream.
 *
 * <p>The stream ends with {@link CorruptObjectException} instead of the end of file if the bytes were not those of the name.
 */
public record GitObject(ObjectName name, ObjectType type, long size, Source source) {
    /** Opens the content; as often as wanted. */
    @FunctionalInterface
    public interface Source {
        InputStream open() throws IOException;
    }

    public InputStream open() throws IOException {
        return new VerifyingStream(source.open(), name, type, size);
    }

    /** The whole content, for what is small by its nature: trees, commits, manifests. */
    public byte[] bytes() throws IOException {
        if (size > 1 << 29) {
            throw new IOException("object " + name + " of " + size + " bytes is too large to be read at once");
        }
        try (InputStream in = open()) {
            return in.readAllBytes();
        }
    }
}
