package org.sourceos.config.nix;

/**
 * A text of the language and where it is from. Positions in it say its name; relative paths in it start from its directory,
 * which is absolute. Texts are bytes, usually UTF-8.
 */
public final class NixText {
    private final String name;
    private final String directory;
    private final String bytes;
    private final boolean isFile;

    private NixText(String name, String directory, String bytes, boolean isFile) {
        this.name = name;
        this.directory = directory;
        this.bytes = bytes;
        this.isFile = isFile;
    }

    /** The content of the file at an absolute path. */
    public static NixText ofFile(String path, byte[] content) {
        String file = Bytes.of(path);
        return new NixText(file, Files.parent(file), Bytes.of(content), true);
    }

    /** A text that is in no file, such as an option's value. {@code __curPos} in it is null. */
    public static NixText of(String name, String directory, byte[] text) {
        return new NixText(Bytes.of(name), Bytes.of(directory), Bytes.of(text), false);
    }

    /** As {@link #of(String, String, byte[])}, of Unicode. */
    public static NixText of(String name, String directory, String text) {
        return new NixText(Bytes.of(name), Bytes.of(directory), Bytes.of(text), false);
    }

    Source source() {
        return new Source(name, directory, bytes, isFile, true);
    }
}
