package org.sourceos.config.options;

import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** One text for one value: RFC 8259, UTF-8, names sorted, no white space, only what must be escaped is. */
final class CanonicalJson {
    private CanonicalJson() {}

    static void write(ConfigValue value, StringBuilder out) {
        if (value instanceof ConfigValue.Null) {
            out.append("null");
        } else if (value instanceof ConfigValue.Flag flag) {
            out.append(flag.value());
        } else if (value instanceof ConfigValue.Whole number) {
            out.append(number.value());
        } else if (value instanceof ConfigValue.Real number) {
            out.append(number.value());
        } else if (value instanceof ConfigValue.Text text) {
            quoted(text.value(), out);
        } else if (value instanceof ConfigValue.FilePath path) {
            quoted(path.path(), out);
        } else if (value instanceof ConfigValue.Elements list) {
            String separator = "[";
            for (ConfigValue element : list.values()) {
                out.append(separator);
                write(element, out);
                separator = ",";
            }
            out.append(list.values().isEmpty() ? "[]" : "]");
        } else if (value instanceof ConfigValue.Fields fields) {
            fields(fields.values(), out);
        } else if (value instanceof ConfigValue.Package packaged) {
            SortedMap<String, ConfigValue> fields = new TreeMap<>();
            fields.put("_type", new ConfigValue.Text(TypeCheck.PACKAGE));
            fields.put("name", new ConfigValue.Text(packaged.name()));
            fields.put("settings", packaged.settings());
            fields(fields, out);
        } else {
            throw new IllegalStateException("no JSON for " + value);
        }
    }

    private static void fields(SortedMap<String, ConfigValue> fields, StringBuilder out) {
        out.append('{');
        String separator = "";
        for (Map.Entry<String, ConfigValue> field : fields.entrySet()) {
            out.append(separator);
            quoted(field.getKey(), out);
            out.append(':');
            write(field.getValue(), out);
            separator = ",";
        }
        out.append('}');
    }

    private static void quoted(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ') {
                        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
