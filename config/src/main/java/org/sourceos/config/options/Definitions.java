package org.sourceos.config.options;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.sourceos.config.nix.Evaluation;
import org.sourceos.config.nix.NixAttrs;
import org.sourceos.config.nix.NixBool;
import org.sourceos.config.nix.NixInt;
import org.sourceos.config.nix.NixList;
import org.sourceos.config.nix.NixString;
import org.sourceos.config.nix.NixValue;
import org.sourceos.config.nix.Place;

/**
 * Takes {@code mkIf}, {@code mkMerge}, {@code mkOverride} and {@code mkOrder} off definitions: sets with a {@code _type} that
 * {@code lib} makes. Conditions are evaluated only where a value is wanted, so that they may depend on other options.
 */
final class Definitions {
    private static final String TYPE = "_type";

    private final Evaluation evaluation;

    Definitions(Evaluation evaluation) {
        this.evaluation = evaluation;
    }

    /** The {@code _type} of a set that has one. */
    Optional<String> typeOf(NixValue value) {
        return value instanceof NixAttrs attrs
                ? evaluation
                        .get(attrs, TYPE)
                        .filter(NixString.class::isInstance)
                        .map(type -> ((NixString) type).text())
                : Optional.empty();
    }

    /** The same definitions with evaluated, unwrapped values; what they depend on is not looked at. */
    List<Definition> unwrapped(List<Definition> definitions) {
        List<Definition> plain = new ArrayList<>(definitions.size());
        for (Definition definition : definitions) {
            unwrap(definition, false, plain);
        }
        return plain;
    }

    /** Those whose conditions hold, with evaluated, unwrapped values; the value of one that does not count is not looked at. */
    List<Definition> live(List<Definition> definitions) {
        List<Definition> live = new ArrayList<>(definitions.size());
        for (Definition definition : definitions) {
            unwrap(definition, true, live);
        }
        return live;
    }

    private void unwrap(Definition definition, boolean onlyLive, List<Definition> into) {
        if (onlyLive && !holds(definition)) {
            return;
        }
        NixValue value = evaluation.force(definition.value());
        switch (typeOf(value).orElse("")) {
            case "if" -> {
                NixValue condition = part(value, "condition", definition);
                unwrap(definition.onlyIf(condition).with(part(value, "content", definition)), onlyLive, into);
            }
            case "merge" -> {
                if (!(evaluation.force(part(value, "contents", definition)) instanceof NixList contents)) {
                    throw failure("mkMerge wants a list of sets", definition);
                }
                for (int i = 0; i < contents.size(); i++) {
                    unwrap(definition.with(contents.get(i)), onlyLive, into);
                }
            }
            case "override" ->
                unwrap(
                        definition
                                .prioritised(number(value, "priority", definition))
                                .with(part(value, "content", definition)),
                        onlyLive,
                        into);
            case "order" ->
                unwrap(
                        definition
                                .ordered(number(value, "priority", definition))
                                .with(part(value, "content", definition)),
                        onlyLive,
                        into);
            default -> into.add(definition.with(value));
        }
    }

    private NixValue part(NixValue wrapper, String name, Definition definition) {
        NixAttrs attrs = (NixAttrs) wrapper;
        return attrs.get(name)
                .orElseThrow(
                        () -> failure("a set with _type has to have " + name + " too; lib makes them", definition));
    }

    private int number(NixValue wrapper, String name, Definition definition) {
        if (evaluation.force(part(wrapper, name, definition)) instanceof NixInt number) {
            return (int) Math.max(0, Math.min(Integer.MAX_VALUE, number.value()));
        }
        throw failure(name + " has to be an integer", definition);
    }

    private RuntimeException failure(String message, Definition definition) {
        return evaluation.failure(message, definition.place(), Optional.empty());
    }

    private boolean holds(Definition definition) {
        for (NixValue condition : definition.conditions()) {
            NixValue value = evaluation.force(condition);
            if (!(value instanceof NixBool holds)) {
                throw evaluation.failure(
                        "the condition of mkIf has to be true or false, and is " + evaluation.brief(value),
                        definition.place(),
                        Optional.empty());
            }
            if (!holds.value()) {
                return false;
            }
        }
        return true;
    }

    /** Those of the smallest priority, in their order. */
    static List<Definition> strongest(List<Definition> live) {
        int strongest = live.stream().mapToInt(Definition::priority).min().orElse(Definition.NORMAL);
        return live.stream()
                .filter(definition -> definition.priority() == strongest)
                .sorted(Comparator.comparingInt(Definition::order))
                .toList();
    }

    /** What definitions that are sets say of one name; each keeps its conditions and its priority. */
    List<Definition> under(List<Definition> unwrapped, String name) {
        List<Definition> inside = new ArrayList<>();
        for (Definition definition : unwrapped) {
            if (definition.value() instanceof NixAttrs attrs) {
                Optional<NixValue> value = attrs.get(name);
                if (value.isPresent()) {
                    inside.add(definition.with(value.get(), place(attrs, name)));
                }
            }
        }
        return inside;
    }

    private Optional<Place> place(NixAttrs attrs, String name) {
        return evaluation.place(attrs, name);
    }
}
