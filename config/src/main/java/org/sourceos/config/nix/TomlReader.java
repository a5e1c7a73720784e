package org.sourceos.config.nix;

import java.time.temporal.TemporalAccessor;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/** TOML 1.0 to values. */
final class TomlReader {
    private TomlReader() {}

    static NixValue read(Interp in, String text) {
        in.reserve(text.length() * 4L);
        TomlParseResult result = Toml.parse(Bytes.toUnicode(text));
        if (result.hasErrors()) {
            TomlParseError first = result.errors().get(0);
            throw new EvalError(
                    EvalError.Kind.OTHER,
                    "while parsing TOML: line " + first.position().line() + ", column "
                            + first.position().column() + ": " + Bytes.of(String.valueOf(first.getMessage())));
        }
        return table(in, result);
    }

    private static NixValue table(Interp in, TomlTable table) {
        AttrsBuilder attrs = new AttrsBuilder(table.size());
        for (var entry : table.entrySet()) {
            attrs.put(in.symbols.of(Bytes.of(entry.getKey())), value(in, entry.getValue()));
        }
        return attrs.build();
    }

    private static NixValue value(Interp in, Object value) {
        if (value instanceof TomlTable table) {
            return table(in, table);
        }
        if (value instanceof TomlArray array) {
            NixValue[] elements = new NixValue[array.size()];
            for (int i = 0; i < elements.length; i++) {
                elements[i] = value(in, array.get(i));
            }
            return NixList.of(elements);
        }
        if (value instanceof String string) {
            return new NixString(Bytes.of(string));
        }
        if (value instanceof Long number) {
            return NixInt.of(number);
        }
        if (value instanceof Double number) {
            return new NixFloat(number);
        }
        if (value instanceof Boolean bool) {
            return NixBool.of(bool);
        }
        if (value instanceof TemporalAccessor) {
            throw new EvalError(EvalError.Kind.OTHER, "while parsing TOML: Dates and times are not supported");
        }
        throw new IllegalStateException("not a TOML value: " + value.getClass());
    }
}
