package org.sourceos.gitstore;

/** The name git gives an object: its SHA-1, 40 lower-case hexadecimal digits. Git's word, not proof: {@link Digest} is that. */
public record ObjectName(String hex) {
    public ObjectName {
        if (hex.length() != 40 || !Digest.isHex(hex)) {
            throw new IllegalArgumentException("not a git object name: " + hex);
        }
    }

    @Override
    public String toString() {
        return hex;
    }
}
