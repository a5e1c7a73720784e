package org.sourceos.cli.language;

/** {@code 1 file}, {@code 2 files}. */
public final class Counts {
    private Counts() {}

    public static String of(int count, String thing) {
        return count + " " + thing + (count == 1 ? "" : "s");
    }
}
