package org.sourceos.config.nix;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/**
 * What a reader is told of the attributes of {@code builtins}: one text for the terminal and for docs/builtins.md, from
 * {@code builtins.toml} beside this class. It is read at each call, and kept by nobody.
 */
public final class BuiltinReference {
    private static final String RESOURCE = "builtins.toml";

    private BuiltinReference() {}

    /**
     * What one builtin does.
     *
     * @param name as an attribute of {@code builtins}
     * @param arguments what its arguments are called, in order; empty for a constant
     * @param text some sentences in Markdown, in lines
     */
    public record Entry(String name, List<String> arguments, String text, List<Example> examples) {
        public Entry {
            arguments = List.copyOf(arguments);
            examples = List.copyOf(examples);
        }

        /** How it is called, with {@code builtins.} where the plain name is not visible. */
        public String signature() {
            String visible = Globals.isVisible(name) ? name : "builtins." + name;
            return arguments.isEmpty() ? visible : visible + " " + String.join(" ", arguments);
        }

        /** All of it for a terminal, in lines; the last one has no newline. */
        public String plainText() {
            StringBuilder out = new StringBuilder(signature()).append("\n\n").append(text);
            String before = "\n\n";
            for (Example example : examples) {
                out.append(before).append("  ").append(example.expression().replace("\n", "\n  "));
                out.append("  ⇒  ").append(example.result());
                before = "\n";
            }
            return out.toString();
        }

        private String markdown() {
            StringBuilder out = new StringBuilder("\n## ").append(name).append("\n\n");
            out.append("`").append(signature()).append("`\n\n").append(text).append('\n');
            String before = "\n```nix\n";
            for (Example example : examples) {
                out.append(before).append(example.expression()).append("\n# => ");
                out.append(example.result()).append('\n');
                before = "\n";
            }
            return out.append(examples.isEmpty() ? "" : "```\n").toString();
        }
    }

    /**
     * An expression and what it comes to.
     *
     * @param expression may have several lines
     * @param result the value as {@code nix-instantiate --eval --strict} prints it, or {@code error: } and the last line of
     *     the message
     */
    public record Example(String expression, String result) {}

    /** Of an attribute of {@code builtins}; empty when there is none of that name. */
    public static Optional<Entry> of(String name) {
        return Optional.ofNullable(all().get(name));
    }

    /** All of them by name, those included that exist only where an evaluation sees the machine. */
    public static SortedMap<String, Entry> all() {
        TomlParseResult document = Toml.parse(resource());
        if (document.hasErrors()) {
            throw new IllegalStateException(RESOURCE, document.errors().get(0));
        }
        SortedMap<String, Entry> entries = new TreeMap<>();
        for (String name : document.keySet()) {
            // As a path of one name, for foldl' is no bare key.
            entries.put(name, entry(name, document.getTableOrEmpty(List.of(name))));
        }
        return Collections.unmodifiableSortedMap(entries);
    }

    /** The whole of docs/builtins.md but its introduction. */
    static String markdown() {
        StringBuilder out = new StringBuilder();
        all().values().forEach(entry -> out.append(entry.markdown()));
        return out.toString();
    }

    private static Entry entry(String name, TomlTable table) {
        List<Example> examples = new ArrayList<>();
        TomlArray pairs = table.getArrayOrEmpty("examples");
        for (int i = 0; i < pairs.size(); i++) {
            TomlArray pair = pairs.getArray(i);
            examples.add(new Example(pair.getString(0), pair.getString(1)));
        }
        String text = table.getString("text", () -> "").strip();
        return new Entry(name, strings(table.getArrayOrEmpty("arguments")), text, examples);
    }

    private static List<String> strings(TomlArray array) {
        List<String> strings = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            strings.add(array.getString(i));
        }
        return strings;
    }

    private static String resource() {
        try (InputStream in = BuiltinReference.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing from the program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
