package org.sourceos.config.options;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Types as recipes write them: {@code string}, {@code path}, {@code bool}, {@code int}, {@code number}, {@code package},
 * {@code any}; {@code list of …} with a plural; several with {@code or} between them.
 */
public final class TypeText {
    /** For messages. */
    public static final String GRAMMAR =
            "string, path, bool, int, number, package, any, \"list of strings\" and the like, or several with \"or\"";

    private TypeText() {}

    /** Empty when it is none. */
    public static Optional<OptionType> parse(String text) {
        List<OptionType> types = new ArrayList<>();
        for (String part : text.strip().split("\\s+or\\s+", -1)) {
            Optional<OptionType> type = one(part);
            if (type.isEmpty()) {
                return Optional.empty();
            }
            types.add(type.get());
        }
        return Optional.of(types.size() == 1 ? types.get(0) : new OptionType.OneOf(types));
    }

    private static Optional<OptionType> one(String text) {
        String list = "list of ";
        if (text.startsWith(list) && text.endsWith("s")) {
            return one(text.substring(list.length(), text.length() - 1)).map(OptionType::listOf);
        }
        return switch (text) {
            case "string" -> Optional.of(OptionType.TEXT);
            case "path" -> Optional.of(OptionType.PATH);
            case "bool" -> Optional.of(OptionType.FLAG);
            case "int" -> Optional.of(OptionType.WHOLE);
            case "number" -> Optional.of(OptionType.NUMBER);
            case "package" -> Optional.of(OptionType.PACKAGE);
            case "any" -> Optional.of(OptionType.ANYTHING);
            default -> Optional.empty();
        };
    }
}
