package org.sourceos.config.kernel;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.config.ConfigException;
import org.sourceos.config.diagnostic.Diagnostic;
import org.sourceos.config.diagnostic.Position;

/**
 * A part of a kernel's configuration in the format of {@code .config}: {@code CONFIG_X=y}, {@code ="text"}, {@code =number},
 * {@code # CONFIG_X is not set}; other comments and blank lines mean nothing. Modules ({@code =m}) are refused: a machine's
 * kernel has none.
 *
 * @param options by name, with {@code CONFIG_}, in the order of the text
 */
public record KernelFragment(Map<String, Option> options) {
    /** The value of an option that is not set. */
    public static final String NOT_SET = "n";

    /**
     * @param name with {@code CONFIG_}
     * @param value as in {@code .config}: {@code y}, a number, a text with its quotes, or {@link #NOT_SET}
     * @param line as written
     */
    public record Option(String name, String value, Position position, String line) {
        /** As it stands in {@code .config}. */
        public String print() {
            return value.equals(NOT_SET) ? "# " + name + " is not set" : name + "=" + value;
        }
    }

    public KernelFragment {
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }

    /**
     * @param file as messages show it
     * @throws ConfigException with every mistake; an option given twice is one
     */
    public static KernelFragment parse(String file, String text) throws ConfigException {
        return KernelFragmentParser.parse(file, text);
    }

    /**
     * All fragments as one, in their order; saying the same again is allowed.
     *
     * @throws ConfigException with every option that a later fragment sets otherwise than an earlier one, and both places
     */
    public static KernelFragment merge(Collection<KernelFragment> fragments) throws ConfigException {
        Map<String, Option> merged = new LinkedHashMap<>();
        List<Diagnostic> contradictions = new ArrayList<>();
        for (KernelFragment fragment : fragments) {
            for (Option option : fragment.options.values()) {
                Option earlier = merged.putIfAbsent(option.name(), option);
                if (earlier != null && !earlier.value().equals(option.value())) {
                    contradictions.add(contradiction(option, earlier));
                }
            }
        }
        if (!contradictions.isEmpty()) {
            throw new ConfigException(contradictions);
        }
        return new KernelFragment(merged);
    }

    /** This, where {@code other} says nothing: what features ask for goes before the defaults of a base. */
    public KernelFragment overriddenBy(KernelFragment other) {
        Map<String, Option> merged = new LinkedHashMap<>(options);
        merged.putAll(other.options);
        return new KernelFragment(merged);
    }

    /** Option to value, sorted by name. */
    public SortedMap<String, String> values() {
        SortedMap<String, String> values = new TreeMap<>();
        options.forEach((name, option) -> values.put(name, option.value()));
        return values;
    }

    /** The text that {@link #parse} reads back with the same values: a line to each option, in order. */
    public String print() {
        StringBuilder text = new StringBuilder();
        options.values().forEach(option -> text.append(option.print()).append('\n'));
        return text.toString();
    }

    private static Diagnostic contradiction(Option later, Option earlier) {
        return new Diagnostic(
                later.position(),
                later.print() + " contradicts " + earlier.print() + " at " + earlier.position(),
                later.line(),
                java.util.Optional.of("these cannot be had together; make both say the same, or remove one"));
    }
}
