package org.sourceos.rebuild.debian;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code apply.sh} reads: lists with a line for each thing, and files to be put into the root, in a folder. The fields of a
 * line end with US (octal 37), which no name in a system has.
 */
final class Lists {
    private static final char FIELD_END = '\u001f';

    private final Path folder;
    private final List<String> differences;
    private final Map<String, StringBuilder> lists = new LinkedHashMap<>();
    private int files;

    /** @param differences is told of what no line can have */
    Lists(Path folder, List<String> differences) throws IOException {
        this.folder = folder;
        this.differences = differences;
        Files.createDirectories(folder.resolve("files"));
        for (String name : List.of(
                "groups",
                "accounts",
                "shells",
                "members",
                "diversions",
                "list",
                "links",
                "removed",
                "permissions",
                "alternatives",
                "units",
                "chosen",
                "holds")) {
            lists.put(name, new StringBuilder());
        }
    }

    void add(String list, String... fields) {
        for (String field : fields) {
            if (field.chars().anyMatch(c -> c < ' ' || c == 127)) {
                differences.add("a line of " + list + " has a control character and was left out");
                return;
            }
        }
        requireNonNull(lists.get(list), list)
                .append(String.join(String.valueOf(FIELD_END), fields))
                .append('\n');
    }

    /** A file that is to be at a path of the root. */
    void file(String path, byte[] content, String mode, String owner, String group) throws IOException {
        String number = Integer.toString(files++);
        Files.write(folder.resolve("files").resolve(number), content);
        add("list", number, mode, owner, group, path);
    }

    /** Root's, and for everybody to read. */
    void file(String path, String text) throws IOException {
        file(path, text.getBytes(StandardCharsets.UTF_8), "0644", "root", "root");
    }

    /** Something that is no list, beside them. */
    void plain(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    void write() throws IOException {
        for (Map.Entry<String, StringBuilder> list : lists.entrySet()) {
            plain(list.getKey(), list.getValue().toString());
        }
    }
}
