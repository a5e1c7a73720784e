package org.sourceos.rebuild.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What of a directory becomes the sandbox's {@code /}: the folders in which a Debian system keeps programs and settings,
 * each bound read-only. The rest ({@code /home}, {@code /run}, {@code /root} …) does not exist inside.
 */
public record SandboxRoot(List<Entry> entries) {
    private static final List<String> NAMES =
            List.of("bin", "sbin", "lib", "lib32", "lib64", "libx32", "usr", "etc", "opt", "var");

    /** A name directly below {@code /}. */
    public sealed interface Entry {
        record Folder(String name, Path source) implements Entry {}

        record Link(String name, String target) implements Entry {}
    }

    public SandboxRoot {
        entries = List.copyOf(entries);
    }

    /** Looks at {@code directory}, usually a checkout of a base and the layers over it. */
    public static SandboxRoot of(Path directory) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (String name : NAMES) {
            Path path = directory.resolve(name);
            if (Files.isSymbolicLink(path)) {
                entries.add(new Entry.Link(name, Files.readSymbolicLink(path).toString()));
            } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                entries.add(new Entry.Folder(name, path));
            }
        }
        return new SandboxRoot(entries);
    }
}
