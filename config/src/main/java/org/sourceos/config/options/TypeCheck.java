package org.sourceos.config.options;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sourceos.config.diagnostic.Suggestions;
import org.sourceos.config.nix.Evaluation;
import org.sourceos.config.nix.NixAttrs;
import org.sourceos.config.nix.NixBool;
import org.sourceos.config.nix.NixFloat;
import org.sourceos.config.nix.NixFunction;
import org.sourceos.config.nix.NixInt;
import org.sourceos.config.nix.NixList;
import org.sourceos.config.nix.NixNull;
import org.sourceos.config.nix.NixPath;
import org.sourceos.config.nix.NixString;
import org.sourceos.config.nix.NixValue;

/** Whether a value is on its outside what a type wants. */
final class TypeCheck {
    /** The {@code _type} of a package of the catalogue. */
    static final String PACKAGE = "package";

    private final Evaluation evaluation;
    private final Definitions definitions;

    TypeCheck(Evaluation evaluation, Definitions definitions) {
        this.evaluation = evaluation;
        this.definitions = definitions;
    }

    /** Fails at the definition when it is not of the type. */
    void check(String path, OptionType type, Definition definition) {
        NixValue value = evaluation.force(definition.value());
        if (!accepts(type, value)) {
            throw mismatch(path, type, definition, value);
        }
    }

    private RuntimeException mismatch(String path, OptionType type, Definition definition, NixValue value) {
        if (type instanceof OptionType.Secret) {
            return evaluation.failureWithheld(
                    "the option '" + path + "' wants " + type.described()
                            + ", and this is something else: who has the repository can read it, and its history keeps it",
                    definition.place(),
                    Optional.of(
                            "name a file outside of the repository, such as \"/etc/sourceos-secrets/key\", or one that is"
                                    + " encrypted: ./key.age"));
        }
        return evaluation.failure(
                "the option '" + path + "' wants " + type.described() + ", and this is " + described(value),
                definition.place(),
                advice(type, value));
    }

    private String described(NixValue value) {
        String brief = evaluation.brief(value);
        return switch (value.typeName()) {
            case "set" -> isPackage(value) ? "the package " + packageName(value) : "a set: " + brief;
            case "int" -> "the integer " + brief;
            case "float" -> "the float " + brief;
            case "bool" -> brief;
            case "null" -> "null";
            case "lambda" -> "a function: was an argument forgotten?";
            default -> "a " + value.typeName() + ": " + brief;
        };
    }

    private String packageName(NixValue value) {
        return value instanceof NixAttrs attrs && evaluation.get(attrs, "name").orElse(value) instanceof NixString name
                ? name.text()
                : "";
    }

    private Optional<String> advice(OptionType type, NixValue value) {
        if (type instanceof OptionType.ListOf list && accepts(list.element(), value)) {
            return Optional.of("put it in brackets: [ " + evaluation.brief(value) + " ]");
        }
        if (type instanceof OptionType.Choice choice && value instanceof NixString text) {
            return Suggestions.didYouMean(text.text(), choice.values());
        }
        if (type instanceof OptionType.Flag && value instanceof NixString text) {
            return switch (text.text()) {
                case "true", "yes", "on", "enabled" -> Optional.of("write true, without quotes");
                case "false", "no", "off", "disabled" -> Optional.of("write false, without quotes");
                default -> Optional.empty();
            };
        }
        if (type instanceof OptionType.Whole whole
                && value instanceof NixString text
                && text.text().matches("-?[0-9]{1,18}")
                && inRange(whole, Long.parseLong(text.text()))) {
            return Optional.of("write " + text.text() + ", without quotes");
        }
        if ((type instanceof OptionType.Text || type instanceof OptionType.Form)
                && (value instanceof NixInt || value instanceof NixFloat)) {
            return Optional.of("write it in quotes: \"" + evaluation.brief(value) + "\"");
        }
        if (type instanceof OptionType.FilePath && value instanceof NixString) {
            return Optional.of("a path is written without quotes: ./file");
        }
        if (type instanceof OptionType.Form form) {
            return Optional.of("such as \"" + form.example() + "\"");
        }
        return Optional.empty();
    }

    /** Of an evaluated value; what is in a list or set is not looked at. */
    boolean accepts(OptionType type, NixValue value) {
        if (type instanceof OptionType.Text) {
            return value instanceof NixString;
        } else if (type instanceof OptionType.Form form) {
            return value instanceof NixString text && text.text().matches(form.pattern());
        } else if (type instanceof OptionType.Flag) {
            return value instanceof NixBool;
        } else if (type instanceof OptionType.Whole whole) {
            return value instanceof NixInt number && inRange(whole, number.value());
        } else if (type instanceof OptionType.Number) {
            return value instanceof NixInt || value instanceof NixFloat;
        } else if (type instanceof OptionType.Choice choice) {
            return value instanceof NixString text && choice.values().contains(text.text());
        } else if (type instanceof OptionType.NumberChoice choice) {
            return value instanceof NixInt number && choice.values().contains(number.value());
        } else if (type instanceof OptionType.FilePath) {
            return value instanceof NixPath;
        } else if (type instanceof OptionType.Secret) {
            return value instanceof NixPath
                    || (value instanceof NixString text && text.text().matches("/[^\\n]+"));
        } else if (type instanceof OptionType.Package) {
            return isPackage(value);
        } else if (type instanceof OptionType.Anything) {
            return !(value instanceof NixFunction);
        } else if (type instanceof OptionType.ListOf) {
            return value instanceof NixList;
        } else if (type instanceof OptionType.SetOf) {
            return value instanceof NixAttrs && definitions.typeOf(value).isEmpty();
        } else if (type instanceof OptionType.OrNull nullable) {
            return value instanceof NixNull || accepts(nullable.type(), value);
        } else if (type instanceof OptionType.OneOf choice) {
            return choice.types().stream().anyMatch(one -> accepts(one, value));
        } else if (type instanceof OptionType.Group group) {
            Optional<String> kind = definitions.typeOf(value);
            return value instanceof NixAttrs
                    && (kind.isEmpty() || (group.shortForm() != OptionType.ShortForm.NONE && isPackage(value)));
        }
        throw new IllegalStateException("no such type: " + type);
    }

    /** A set that only says it is one is none. */
    private boolean isPackage(NixValue value) {
        return definitions.typeOf(value).filter(PACKAGE::equals).isPresent()
                && evaluation.get((NixAttrs) value, "name").orElse(value) instanceof NixString
                && evaluation
                        .get((NixAttrs) value, "settings")
                        .filter(NixAttrs.class::isInstance)
                        .isPresent();
    }

    private static boolean inRange(OptionType.Whole whole, long number) {
        return whole.least() <= number && number <= whole.most();
    }

    /** Which of several types all the definitions have. */
    OptionType chosen(String path, OptionType.OneOf choice, List<Definition> strongest) {
        List<OptionType> candidates = new ArrayList<>(choice.types());
        for (Definition definition : strongest) {
            NixValue value = evaluation.force(definition.value());
            List<OptionType> fitting =
                    candidates.stream().filter(one -> accepts(one, value)).toList();
            if (fitting.isEmpty()) {
                throw mismatch(path, choice, definition, value);
            }
            candidates.retainAll(fitting);
        }
        return candidates.get(0);
    }

    /** A group's definition with the short form written out. */
    Definition expanded(String path, OptionType.Group group, Definition unwrapped) {
        check(path, group, unwrapped);
        NixAttrs value = (NixAttrs) unwrapped.value();
        if (definitions.typeOf(value).isEmpty()) {
            return unwrapped;
        }
        if (group.shortForm() == OptionType.ShortForm.SETTINGS) {
            NixValue settings = evaluation
                    .get(value, "settings")
                    .orElseThrow(() -> new IllegalStateException("a package without settings"));
            return unwrapped.with(settings);
        }
        Map<String, NixValue> written = new LinkedHashMap<>();
        written.put(PACKAGE, value);
        return unwrapped.with(evaluation.attrs(written));
    }
}
