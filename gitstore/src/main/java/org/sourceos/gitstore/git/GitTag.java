package org.sourceos.gitstore.git;

import java.nio.charset.StandardCharsets;
import org.sourceos.gitstore.ObjectName;

/** An annotated tag, which somebody may have made in the store with git. */
final class GitTag {
    private GitTag() {}

    static ObjectName target(byte[] tag) throws CorruptObjectException {
        String text = new String(tag, StandardCharsets.ISO_8859_1);
        try {
            return new ObjectName(text.substring("object ".length(), "object ".length() + 40));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new CorruptObjectException("a tag of nothing", e);
        }
    }
}
