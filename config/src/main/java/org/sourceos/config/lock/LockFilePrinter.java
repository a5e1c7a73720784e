package org.sourceos.config.lock;

import java.util.List;
import org.sourceos.config.lock.LockFile.BasePin;
import org.sourceos.config.lock.LockFile.DebPin;
import org.sourceos.config.lock.LockFile.SourcePin;

/** One entry to a table and one list item to a line, so that git merges what does not conflict. */
final class LockFilePrinter {
    private static final String HEADER = """
            # Written by SourceOS: what every source, base and package meant when it was first used.
            # Keep this file in git, beside the configuration. Do not edit it; delete an entry to have it pinned anew.
            """;

    private final StringBuilder text = new StringBuilder(HEADER);

    private LockFilePrinter() {}

    static String print(LockFile lock) {
        LockFilePrinter printer = new LockFilePrinter();
        printer.text.append("schema = ").append(LockFile.SCHEMA).append('\n');
        lock.bases().forEach(printer::base);
        lock.debs().forEach(printer::deb);
        lock.sources().forEach(printer::source);
        return printer.text.toString();
    }

    private void base(String name, BasePin pin) {
        header("bases", name);
        entry("sha256", pin.sha256());
        list("packages", pin.packages());
    }

    private void deb(String key, DebPin pin) {
        header("debs", key);
        entry("version", pin.version());
        entry("sha256", pin.sha256());
        list("requires", pin.requires());
    }

    private void source(String location, SourcePin pin) {
        header("sources", location);
        entry("sha256", pin.sha256());
        pin.version().ifPresent(version -> entry("version", version));
        pin.exact().ifPresent(exact -> entry("exact", exact));
    }

    private void header(String table, String name) {
        text.append("\n[").append(table).append('.').append(quoted(name)).append("]\n");
    }

    private void entry(String key, String value) {
        text.append(key).append(" = ").append(quoted(value)).append('\n');
    }

    private void list(String key, List<String> items) {
        text.append(key).append(" = [");
        items.forEach(item -> text.append("\n    ").append(quoted(item)).append(','));
        text.append(items.isEmpty() ? "]\n" : "\n]\n");
    }

    /** A basic string of TOML. */
    private static String quoted(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (Character.isISOControl(c)) {
                quoted.append(String.format("\\u%04X", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
