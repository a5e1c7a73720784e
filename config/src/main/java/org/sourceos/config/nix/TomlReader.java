package org.sourceos.config.nix;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.sourceos.config.nix.toml.TomlException;
import org.sourceos.config.nix.toml.TomlParser;
import org.sourceos.config.nix.toml.TomlTable;
import org.sourceos.config.nix.toml.TomlValue;

/** TOML 1.0 to values. */
final class TomlReader {
    private TomlReader() {}

    static NixValue read(Interp in, String text) {
        in.reserve(text.length() * 4L);
        try {
            return table(in, TomlParser.parse(text));
        } catch (TomlException e) {
            throw error("[error] " + e.getMessage());
        }
    }

    private static EvalError error(String what) {
        return new EvalError(EvalError.Kind.OTHER, "while parsing TOML: " + what);
    }

    private static NixValue table(Interp in, TomlTable table) {
        List<Map.Entry<String, TomlValue>> entries =
                new ArrayList<>(table.entries().entrySet());
        // Nix goes through them in this order: of two values that cannot be, it names the one that was defined later.
        Collections.reverse(entries);
        AttrsBuilder attrs = new AttrsBuilder(entries.size());
        for (Map.Entry<String, TomlValue> entry : entries) {
            attrs.put(in.symbols.of(withoutNul(entry.getKey())), value(in, entry.getValue()));
        }
        return attrs.build();
    }

    private static NixValue value(Interp in, TomlValue value) {
        if (value instanceof TomlTable table) {
            return table(in, table);
        }
        if (value instanceof TomlValue.Array array) {
            NixValue[] elements = new NixValue[array.elements().size()];
            for (int i = 0; i < elements.length; i++) {
                elements[i] = value(in, array.elements().get(i));
            }
            return NixList.of(elements);
        }
        if (value instanceof TomlValue.Text text) {
            return new NixString(withoutNul(text.bytes()));
        }
        if (value instanceof TomlValue.Whole number) {
            return NixInt.of(number.value());
        }
        if (value instanceof TomlValue.Real number) {
            return new NixFloat(number.value());
        }
        if (value instanceof TomlValue.Truth truth) {
            return NixBool.of(truth.value());
        }
        throw error("Dates and times are not supported");
    }

    private static String withoutNul(String bytes) {
        if (bytes.indexOf('\0') >= 0) {
            throw error("error: " + NixString.nulComplaint(bytes));
        }
        return bytes;
    }
}
