package org.sourceos.gitstore.config;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** The bytes of a tree object, with names that git itself would refuse. */
final class RawTree {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    RawTree entry(String mode, byte[] name, String object) {
        out.writeBytes((mode + " ").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(name);
        out.write(0);
        out.writeBytes(HexFormat.of().parseHex(object));
        return this;
    }

    RawTree entry(String mode, String name, String object) {
        return entry(mode, name.getBytes(StandardCharsets.UTF_8), object);
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}
