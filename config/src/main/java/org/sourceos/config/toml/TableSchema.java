package org.sourceos.config.toml;

import java.util.List;
import java.util.Optional;

/**
 * The keys a table may have: what a reader accepts and the reference describes.
 *
 * @param title how messages name it, {@code [build]}
 * @param meaning sentences in Markdown
 */
public record TableSchema(String title, String meaning, List<Key> keys) {
    public TableSchema {
        keys = List.copyOf(keys);
    }

    /** The same keys in a table of another name. */
    public TableSchema titled(String other) {
        return new TableSchema(other, meaning, keys);
    }

    public Optional<Key> key(String name) {
        return keys.stream().filter(key -> key.name().equals(name)).findFirst();
    }

    public List<String> keyNames() {
        return keys.stream().map(Key::name).toList();
    }
}
