package org.sourceos.gitstore.git;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.sourceos.gitstore.ObjectName;

/** Git's hash, from the JDK: fast, and without collision detection, which only matters for what others made. */
final class Sha1 {
    private Sha1() {}

    static MessageDigest start() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    static MessageDigest start(ObjectType type, long size) {
        MessageDigest digest = start();
        digest.update(type.header(size));
        return digest;
    }

    static ObjectName name(byte[] digest) {
        return new ObjectName(HexFormat.of().formatHex(digest));
    }

    static byte[] bytes(ObjectName name) {
        return HexFormat.of().parseHex(name.hex());
    }
}
