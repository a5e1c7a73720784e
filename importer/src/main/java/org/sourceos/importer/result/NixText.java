package org.sourceos.importer.result;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.sourceos.config.nix.ParseException;
import org.sourceos.config.nix.format.Formatter;

/** Settings as a text of the configuration language, laid out as {@code sourceos fmt} would. */
final class NixText {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_'-]*");
    private static final Pattern PLAIN_PATH = Pattern.compile("[A-Za-z0-9._+-]+(/[A-Za-z0-9._+-]+)*");
    private static final Set<String> KEYWORDS =
            Set.of("assert", "else", "if", "in", "inherit", "let", "or", "rec", "then", "with");

    private final StringBuilder text = new StringBuilder();

    private NixText() {}

    /**
     * A file.
     *
     * @param head what comes before the set: comments, the arguments of a function
     * @param first what comes first in it, before the settings
     */
    static String file(String name, String head, String first, Setting.Names settings) {
        NixText writer = new NixText();
        writer.text.append(head).append("{\n").append(first);
        writer.inside(settings);
        writer.text.append("}\n");
        try {
            return new Formatter(true).format(name, writer.text.toString());
        } catch (ParseException e) {
            throw new IllegalStateException(
                    "what was written of a system is no text of the language: " + e.getMessage(), e);
        }
    }

    private void inside(Setting.Names names) {
        for (Map.Entry<String, Setting> one : names.values().entrySet()) {
            text.append(name(one.getKey()));
            Setting value = one.getValue();
            // htop.version = "1" rather than a set with one name.
            while (value instanceof Setting.Names only && only.values().size() == 1) {
                String inner = only.values().firstKey();
                text.append('.').append(name(inner));
                value = only.values().values().iterator().next();
            }
            text.append(" = ");
            value(value);
            text.append(";\n");
        }
    }

    private void value(Setting value) {
        if (value instanceof Setting.Text one) {
            text.append(string(one.value()));
        } else if (value instanceof Setting.Whole one) {
            text.append(one.value());
        } else if (value instanceof Setting.Flag one) {
            text.append(one.value());
        } else if (value instanceof Setting.File one) {
            text.append(
                    PLAIN_PATH.matcher(one.path()).matches() ? "./" + one.path() : "./. + " + string("/" + one.path()));
        } else if (value instanceof Setting.Program one) {
            text.append("pkgs.").append(name(one.name()));
        } else if (value instanceof Setting.Many many) {
            text.append(many.values().size() > 3 ? "[\n" : "[ ");
            for (Setting one : many.values()) {
                value(one);
                text.append(many.values().size() > 3 ? '\n' : ' ');
            }
            text.append(']');
        } else if (value instanceof Setting.Names names) {
            text.append("{\n");
            inside(names);
            text.append('}');
        }
    }

    private static String name(String name) {
        return NAME.matcher(name).matches() && !KEYWORDS.contains(name) ? name : string(name);
    }

    static String string(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append(c);
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                case '$' -> quoted.append(i + 1 < value.length() && value.charAt(i + 1) == '{' ? "\\$" : "$");
                default -> quoted.append(c == 0 ? '\uFFFD' : c);
            }
        }
        return quoted.append('"').toString();
    }
}
