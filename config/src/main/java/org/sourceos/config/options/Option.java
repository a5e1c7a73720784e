package org.sourceos.config.options;

import java.util.Optional;
import org.sourceos.config.nix.NixValue;

/**
 * Something a configuration can set.
 *
 * @param name the last part of its path; {@code <name>} never: the names of a {@link OptionType.SetOf} are free
 * @param fallback what holds where nobody sets it
 * @param example a value as it is written in the language; empty for a group
 * @param description sentences in Markdown
 */
public record Option(
        String name, OptionType type, Optional<Fallback> fallback, Optional<String> example, String description) {

    /** The value of an option that nobody sets. */
    public sealed interface Fallback {
        /** As it is written in the language; may use nothing but builtins. */
        record Expression(String text) implements Fallback {}

        /** Of an option that a configuration declares. */
        record Value(NixValue value) implements Fallback {}
    }
}
