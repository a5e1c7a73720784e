package org.sourceos.gitstore.config;

import java.util.regex.Pattern;

/** A commit's name: 40 hex digits, or 64 in a SHA-256 repository; lower case. */
public record CommitId(String hex) {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

    public CommitId {
        if (!HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException("not the name of a commit: " + hex);
        }
    }

    /** The first 12 digits, for people. */
    public String abbreviated() {
        return hex.substring(0, 12);
    }

    @Override
    public String toString() {
        return hex;
    }
}
