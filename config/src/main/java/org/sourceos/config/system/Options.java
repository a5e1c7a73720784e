package org.sourceos.config.system;

import java.util.List;
import java.util.Optional;
import org.sourceos.config.options.Option;
import org.sourceos.config.options.OptionSet;
import org.sourceos.config.options.OptionType;
import org.sourceos.config.options.OptionType.ShortForm;

/** Short ways to declare options. */
final class Options {
    private Options() {}

    /** Without a default: absent where nobody sets it. */
    static Option option(String name, OptionType type, String example, String description) {
        return new Option(name, type, Optional.empty(), Optional.of(example), description);
    }

    /** @param fallback as it is written in the language */
    static Option option(String name, OptionType type, String fallback, String example, String description) {
        return new Option(
                name, type, Optional.of(new Option.Fallback.Expression(fallback)), Optional.of(example), description);
    }

    /** A set with options of its own. */
    static Option group(String name, String description, Option... options) {
        return new Option(
                name,
                new OptionType.Group("a set of options", "sets of options", new OptionSet(List.of(options))),
                Optional.empty(),
                Optional.empty(),
                description);
    }

    /** Sets with options of their own, under names that are free. */
    static Option named(String name, OptionType.Group each, String example, String description) {
        return option(name, OptionType.setOf(each), "{ }", example, description);
    }

    static OptionType.Group each(String noun, String nouns, ShortForm shortForm, List<Option> options) {
        return new OptionType.Group(noun, nouns, new OptionSet(options), shortForm);
    }
}
