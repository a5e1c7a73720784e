package org.sourceos.gitstore.tree;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.Optional;
import org.sourceos.gitstore.ObjectName;

/** The bytes of a regular file. Opened as often as wanted, except where a {@link FileTree} says that it is read once. */
public interface FileContent {
    long size();

    InputStream open() throws IOException;

    /** As {@link #open}, for whoever reads into buffers of its own. */
    default ReadableByteChannel channel() throws IOException {
        return Channels.newChannel(open());
    }

    /** Whether it can be opened at any time, and by any thread, not only while the tree is being visited. */
    default boolean lasts() {
        return false;
    }

    /** The blob that holds these bytes in the store the tree came from; empty for what comes from elsewhere. */
    default Optional<ObjectName> blob() {
        return Optional.empty();
    }

    /** Which file on this machine it is, as it was when the tree was visited; empty for what is none. */
    default Optional<FileIdentity> identity() {
        return Optional.empty();
    }
}
