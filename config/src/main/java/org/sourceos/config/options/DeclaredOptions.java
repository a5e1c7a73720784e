package org.sourceos.config.options;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sourceos.config.nix.Evaluation;
import org.sourceos.config.nix.NixAttrs;
import org.sourceos.config.nix.NixInt;
import org.sourceos.config.nix.NixList;
import org.sourceos.config.nix.NixString;
import org.sourceos.config.nix.NixValue;
import org.sourceos.config.nix.Place;

/**
 * Options that a configuration declares itself: {@code options.a.b = lib.mkOption { type = lib.types.bool; … }}. Types are
 * the plain data that {@code lib.types} makes: sets with {@code _type = "option-type"} and a {@code name}.
 */
final class DeclaredOptions {
    private static final OptionType ABSOLUTE =
            new OptionType.Form("/.*", "an absolute path as a string", "strings", "/etc/hosts");

    private final Evaluation evaluation;
    private final Definitions definitions;

    DeclaredOptions(Evaluation evaluation, Definitions definitions) {
        this.evaluation = evaluation;
        this.definitions = definitions;
    }

    /** The options of an {@code options} attribute. */
    OptionSet read(NixValue tree, Optional<Place> place) {
        if (!(evaluation.force(tree) instanceof NixAttrs attrs)) {
            throw evaluation.failure("options has to be a set", place, Optional.empty());
        }
        List<Option> options = new ArrayList<>();
        for (String name : attrs.names()) {
            Optional<Place> where = evaluation.place(attrs, name).or(() -> place);
            NixValue value = evaluation.get(attrs, name).orElseThrow();
            options.add(
                    definitions.typeOf(value).filter("option"::equals).isPresent()
                            ? option(name, (NixAttrs) value, where)
                            : new Option(
                                    name,
                                    new OptionType.Group("a set of options", "sets of options", read(value, where)),
                                    Optional.empty(),
                                    Optional.empty(),
                                    ""));
        }
        return new OptionSet(options);
    }

    private Option option(String name, NixAttrs declaration, Optional<Place> place) {
        OptionType type =
                declaration.get("type").map(value -> type(value, place)).orElse(OptionType.ANYTHING);
        return new Option(
                name,
                type,
                declaration.get("default").map(Option.Fallback.Value::new),
                text(declaration, "example"),
                text(declaration, "description").orElse(""));
    }

    private Optional<String> text(NixAttrs declaration, String name) {
        return evaluation
                .get(declaration, name)
                .map(value -> value instanceof NixString text ? text.text() : evaluation.brief(value));
    }

    private OptionType type(NixValue raw, Optional<Place> place) {
        NixValue value = evaluation.force(raw);
        if (!(value instanceof NixAttrs attrs)
                || definitions.typeOf(attrs).filter("option-type"::equals).isEmpty()) {
            throw evaluation.failure(
                    "an option's type has to be one of lib.types, and this is " + evaluation.brief(value),
                    place,
                    Optional.of("such as type = lib.types.bool"));
        }
        String name = evaluation.get(attrs, "name").orElse(value) instanceof NixString text ? text.text() : "";
        return switch (name) {
            case "bool" -> OptionType.FLAG;
            case "int" ->
                new OptionType.Whole(number(attrs, "least", Long.MIN_VALUE), number(attrs, "most", Long.MAX_VALUE));
            case "float", "number" -> OptionType.NUMBER;
            case "str" -> OptionType.TEXT;
            case "nonEmptyStr" -> new OptionType.Form("(?s).*\\S.*", "a string that is not empty", "strings", "text");
            case "path" -> OptionType.oneOf(OptionType.PATH, ABSOLUTE);
            case "package" -> OptionType.PACKAGE;
            case "anything" -> OptionType.ANYTHING;
            case "enum" -> new OptionType.Choice(texts(attrs, place));
            case "listOf" -> OptionType.listOf(inner(attrs, "elem", place));
            case "attrsOf" -> OptionType.setOf(inner(attrs, "elem", place));
            case "nullOr" -> new OptionType.OrNull(inner(attrs, "elem", place));
            case "oneOf" -> new OptionType.OneOf(types(attrs, place));
            case "submodule" ->
                new OptionType.Group(
                        "a set of options",
                        "sets of options",
                        read(attrs.get("options").orElseThrow(() -> incomplete("submodule", place)), place));
            default ->
                throw evaluation.failure(
                        "there is no option type '" + name + "'", place, Optional.of("types are those of lib.types"));
        };
    }

    private RuntimeException incomplete(String type, Optional<Place> place) {
        return evaluation.failure("the option type " + type + " lacks a part", place, Optional.empty());
    }

    private long number(NixAttrs attrs, String name, long otherwise) {
        NixValue value = evaluation.get(attrs, name).orElse(null);
        return value instanceof NixInt number ? number.value() : otherwise;
    }

    private OptionType inner(NixAttrs attrs, String name, Optional<Place> place) {
        return type(attrs.get(name).orElseThrow(() -> incomplete(name, place)), place);
    }

    private List<OptionType> types(NixAttrs attrs, Optional<Place> place) {
        List<OptionType> types = new ArrayList<>();
        for (NixValue element : list(attrs, "alternatives", place)) {
            types.add(type(element, place));
        }
        return types;
    }

    private List<String> texts(NixAttrs attrs, Optional<Place> place) {
        List<String> texts = new ArrayList<>();
        for (NixValue element : list(attrs, "values", place)) {
            if (!(evaluation.force(element) instanceof NixString text)) {
                throw evaluation.failure("lib.types.enum wants a list of strings", place, Optional.empty());
            }
            texts.add(text.text());
        }
        return texts;
    }

    private List<NixValue> list(NixAttrs attrs, String name, Optional<Place> place) {
        if (!(evaluation.get(attrs, name).orElseThrow(() -> incomplete(name, place)) instanceof NixList list)) {
            throw incomplete(name, place);
        }
        List<NixValue> elements = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            elements.add(list.get(i));
        }
        return elements;
    }
}
