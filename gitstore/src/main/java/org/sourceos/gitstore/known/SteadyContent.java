package org.sourceos.gitstore.known;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Optional;
import org.sourceos.gitstore.tree.FileContent;
import org.sourceos.gitstore.tree.FileIdentity;
import org.sourceos.host.posix.PosixFile;

/**
 * A file that tells after its first reading whether it was the one that was found, in the state in which it was found, and will
 * change its times when it is written to. One thread's.
 */
final class SteadyContent implements FileContent {
    private final FileContent content;
    private final FileIdentity found;
    private boolean read;
    private boolean steady;

    SteadyContent(FileContent content, FileIdentity found) {
        this.content = content;
        this.found = found;
    }

    FileIdentity found() {
        return found;
    }

    /** Whether what was read first is what a file with this identity holds, from then on. */
    boolean isSteady() {
        return steady;
    }

    @Override
    public long size() {
        return content.size();
    }

    @Override
    public InputStream open() throws IOException {
        return content.open();
    }

    @Override
    public ReadableByteChannel channel() throws IOException {
        ReadableByteChannel in = content.channel();
        if (read || !(in instanceof PosixFile file)) {
            return in;
        }
        read = true;
        return file.settle() ? new Watched(file) : file;
    }

    @Override
    public boolean lasts() {
        return content.lasts();
    }

    @Override
    public Optional<FileIdentity> identity() {
        return Optional.of(found);
    }

    private final class Watched implements ReadableByteChannel {
        private final PosixFile file;

        Watched(PosixFile file) {
            this.file = file;
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            return file.read(into);
        }

        @Override
        public boolean isOpen() {
            return file.isOpen();
        }

        @Override
        public void close() throws IOException {
            try (file) {
                if (file.isOpen()) {
                    steady = found.equals(FileIdentity.of(file.status()));
                }
            }
        }
    }
}
