package org.sourceos.config.options;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sourceos.config.nix.Evaluation;
import org.sourceos.config.nix.NixAttrs;
import org.sourceos.config.nix.NixList;
import org.sourceos.config.nix.NixNull;
import org.sourceos.config.nix.NixValue;
import org.sourceos.config.nix.Place;

/**
 * Definitions to values, each evaluated when somebody asks for it: what {@code config} is made of. A definition that is not
 * of its option's type, and two that cannot both hold, are failures of the evaluation at the place of the definition.
 */
final class Merger {
    private final Evaluation evaluation;
    private final Definitions definitions;
    private final TypeCheck types;
    private final Map<String, NixValue> fallbacks = new LinkedHashMap<>();
    /** How the sets of groups came about; by identity, as a set of the language has no other. */
    private final Map<NixAttrs, Members> members = new IdentityHashMap<>();

    Merger(Evaluation evaluation) {
        this.evaluation = evaluation;
        this.definitions = new Definitions(evaluation);
        this.types = new TypeCheck(evaluation, definitions);
    }

    /**
     * What a group's set was made from.
     *
     * @param unwrapped the definitions of the group
     */
    record Members(OptionSet options, List<Definition> unwrapped) {}

    Definitions definitions() {
        return definitions;
    }

    TypeCheck types() {
        return types;
    }

    Members membersOf(NixAttrs group) {
        Members known = members.get(group);
        if (known == null) {
            throw new IllegalStateException("not a group's set");
        }
        return known;
    }

    /** The set of a group: every option that is declared, whether anybody sets it or not. */
    NixAttrs group(String path, OptionType.Group group, List<Definition> raw) {
        List<Definition> unwrapped = new ArrayList<>();
        for (Definition definition : definitions.unwrapped(raw)) {
            unwrapped.add(types.expanded(path, group, definition));
        }
        Map<String, NixValue> values = new LinkedHashMap<>();
        for (Option option : group.options().options()) {
            String inside = path.isEmpty() ? option.name() : path + "." + option.name();
            values.put(
                    option.name(),
                    evaluation.lazy(() -> option(inside, option, definitions.under(unwrapped, option.name()))));
        }
        NixAttrs set = evaluation.attrs(values);
        members.put(set, new Members(group.options(), unwrapped));
        return set;
    }

    private NixValue option(String path, Option option, List<Definition> raw) {
        if (option.type() instanceof OptionType.Group group) {
            return group(path, group, raw);
        }
        List<Definition> live = definitions.live(raw);
        return live.isEmpty() ? fallback(path, option) : value(path, option.type(), Definitions.strongest(live));
    }

    private NixValue fallback(String path, Option option) {
        NixValue value = fallbackOf(option)
                .orElseThrow(() -> evaluation.failure(
                        "the option '" + path + "' is used here, and nothing sets it",
                        Optional.empty(),
                        Optional.empty()));
        return value(path, option.type(), List.of(Definition.of(value, Optional.empty())));
    }

    private Optional<NixValue> fallbackOf(Option option) {
        return option.fallback().map(fallback -> {
            if (fallback instanceof Option.Fallback.Expression expression) {
                return fallbacks.computeIfAbsent(expression.text(), text -> evaluation.expression("«default»", text));
            }
            return ((Option.Fallback.Value) fallback).value();
        });
    }

    /** One value of definitions that all count; there is at least one. */
    NixValue value(String path, OptionType type, List<Definition> strongest) {
        if (type instanceof OptionType.Group group) {
            return group(path, group, strongest);
        }
        if (type instanceof OptionType.SetOf set) {
            return set(path, set, strongest);
        }
        if (type instanceof OptionType.ListOf list) {
            return list(path, list, strongest);
        }
        if (type instanceof OptionType.OrNull nullable) {
            boolean isNull = evaluation.force(strongest.get(0).value()) instanceof NixNull;
            return isNull ? single(path, type, strongest) : value(path, nullable.type(), strongest);
        }
        if (type instanceof OptionType.OneOf choice) {
            return value(path, types.chosen(path, choice, strongest), strongest);
        }
        if (type instanceof OptionType.Anything && strongest.size() > 1 && allSets(strongest)) {
            return set(path, new OptionType.SetOf(OptionType.ANYTHING), strongest);
        }
        return single(path, type, strongest);
    }

    private boolean allSets(List<Definition> strongest) {
        return strongest.stream()
                .allMatch(definition -> evaluation.force(definition.value()) instanceof NixAttrs attrs
                        && definitions.typeOf(attrs).isEmpty());
    }

    /** All definitions have to say the same. */
    private NixValue single(String path, OptionType type, List<Definition> strongest) {
        Definition first = strongest.get(0);
        NixValue value = evaluation.force(first.value());
        types.check(path, type, first);
        for (Definition other : strongest.subList(1, strongest.size())) {
            types.check(path, type, other);
            if (!evaluation.same(value, other.value())) {
                throw conflict(path, first, other);
            }
        }
        return value;
    }

    private RuntimeException conflict(String path, Definition first, Definition other) {
        String before = first.place().map(Place::toString).orElse("elsewhere");
        return evaluation.failure(
                "the option '" + path + "' is "
                        + evaluation.brief(evaluation.force(other.value())) + " here, and "
                        + evaluation.brief(evaluation.force(first.value())) + " at " + before,
                other.place(),
                Optional.of("keep one of the two, or say which wins: lib.mkForce "
                        + "(this one) or lib.mkDefault (the other)"));
    }

    private NixValue list(String path, OptionType.ListOf type, List<Definition> strongest) {
        List<NixValue> elements = new ArrayList<>();
        for (Definition definition : strongest) {
            types.check(path, type, definition);
            NixList list = (NixList) evaluation.force(definition.value());
            for (int i = 0; i < list.size(); i++) {
                NixValue element = list.get(i);
                String inside = path + "[" + elements.size() + "]";
                elements.add(evaluation.lazy(() -> value(
                        inside,
                        type.element(),
                        definitions.live(List.of(Definition.of(element, definition.place()))))));
            }
        }
        return evaluation.list(elements);
    }

    private NixValue set(String path, OptionType.SetOf type, List<Definition> strongest) {
        Set<String> names = new LinkedHashSet<>();
        List<Definition> plain = new ArrayList<>();
        for (Definition definition : strongest) {
            types.check(path, type, definition);
            // The priority of the whole set has been weighed; inside, each name's own counts.
            plain.add(Definition.of(evaluation.force(definition.value()), definition.place()));
            names.addAll(((NixAttrs) evaluation.force(definition.value())).names());
        }
        Map<String, NixValue> values = new LinkedHashMap<>();
        for (String name : names) {
            List<Definition> own = definitions.under(plain, name);
            String inside = path + "." + quoted(name);
            // Where that cannot be told, the name is there and fails by itself, not the whole set.
            boolean isThere = evaluation
                    .attempt(own.get(0).place(), mistake -> {}, () -> isAnyLive(own))
                    .orElse(true);
            if (isThere) {
                values.put(name, evaluation.lazy(() -> value(inside, type.element(), live(own))));
            }
        }
        return evaluation.attrs(values);
    }

    private boolean isAnyLive(List<Definition> raw) {
        return !definitions.live(raw).isEmpty();
    }

    private List<Definition> live(List<Definition> raw) {
        return Definitions.strongest(definitions.live(raw));
    }

    private static String quoted(String name) {
        return name.matches("[A-Za-z_][A-Za-z0-9_'-]*") ? name : "\"" + name + "\"";
    }
}
