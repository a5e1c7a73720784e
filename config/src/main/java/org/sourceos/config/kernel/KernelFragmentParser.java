package org.sourceos.config.kernel;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sourceos.config.ConfigException;
import org.sourceos.config.diagnostic.Complaints;
import org.sourceos.config.diagnostic.Position;
import org.sourceos.config.diagnostic.Quoted;
import org.sourceos.config.diagnostic.SourceText;
import org.sourceos.config.kernel.KernelFragment.Option;

/** Reads {@link KernelFragment}s line by line, as Kconfig's own {@code conf_read_simple} does, but refuses what it skips. */
final class KernelFragmentParser {
    private static final Pattern SET = Pattern.compile("(CONFIG_[A-Za-z0-9_]+)=(.*)");
    private static final Pattern UNSET = Pattern.compile("# (CONFIG_[A-Za-z0-9_]+) is not set");

    /** Comments that Kconfig would not take for {@link #UNSET}, and a reader would. */
    private static final Pattern ALMOST_UNSET =
            Pattern.compile("#\\s*(?:CONFIG_)?([A-Z0-9_]+)\\s+(?i:is\\s+not\\s+set|is\\s+unset|not\\s+set)\\s*");

    private static final Pattern ALMOST_SET = Pattern.compile("(?:CONFIG_)?([A-Za-z0-9_]+)\\s*=\\s*(.*)");
    private static final Pattern VALUE =
            Pattern.compile("y|-?[0-9]+|0[xX][0-9A-Fa-f]+|\"(?:[^\"\\\\\\p{Cntrl}]|\\\\[^\\p{Cntrl}])*\"");

    private final SourceText text;
    private final Complaints complaints;
    private final Map<String, Option> options = new LinkedHashMap<>();

    private KernelFragmentParser(SourceText text) {
        this.text = text;
        this.complaints = new Complaints(text);
    }

    static KernelFragment parse(String file, String content) throws ConfigException {
        KernelFragmentParser parser = new KernelFragmentParser(new SourceText(file, content));
        for (int line = 1; line <= parser.text.lineCount(); line++) {
            parser.read(line);
        }
        parser.complaints.throwIfAny();
        return new KernelFragment(parser.options);
    }

    private void read(int number) {
        String line = text.line(number).stripTrailing();
        Position start = text.position(number, 1);
        Matcher set = SET.matcher(line);
        Matcher unset = UNSET.matcher(line);
        Matcher almostUnset = ALMOST_UNSET.matcher(line);
        if (line.isBlank()) {
            return;
        } else if (unset.matches()) {
            add(new Option(unset.group(1), KernelFragment.NOT_SET, start, line));
        } else if (almostUnset.matches()) {
            complaints.add(
                    start,
                    "Kconfig reads this as a comment, not as an option that is not set",
                    "write # CONFIG_" + almostUnset.group(1) + " is not set");
        } else if (set.matches()) {
            set(number, set.group(1), set.group(2), line);
        } else if (!line.startsWith("#")) {
            complainAboutLine(start, line);
        }
    }

    private void set(int number, String name, String value, String line) {
        Position start = text.position(number, 1);
        Position place = text.position(number, name.length() + 2);
        if (VALUE.matcher(value).matches()) {
            add(new Option(name, value, start, line));
        } else if (value.equals("n")) {
            complaints.add(place, "an option that is off has no value", "write # " + name + " is not set");
        } else if (value.equals("m")) {
            complaints.add(place, "a machine's kernel has no modules", "write " + name + "=y");
        } else {
            complaints.add(
                    place,
                    Quoted.of(value) + " is no value of an option",
                    value.isEmpty() || value.startsWith("\"") || value.contains("#")
                            ? "write y, a number, or a text in double quotes, and nothing after it"
                            : "write y, a number, or \"" + value.replace("\"", "") + "\" in quotes");
        }
    }

    private void add(Option option) {
        Option earlier = options.putIfAbsent(option.name(), option);
        if (earlier != null) {
            complaints.add(
                    option.position(),
                    option.name() + " was already given on line "
                            + earlier.position().line() + " (" + earlier.print() + ")",
                    "remove one of the two");
        }
    }

    private void complainAboutLine(Position start, String line) {
        Matcher almost = ALMOST_SET.matcher(line.strip());
        Optional<String> suggestion = almost.matches()
                ? Optional.of("write CONFIG_" + almost.group(1) + "=" + almost.group(2))
                : line.strip().matches("(CONFIG_)?[A-Z0-9_]+")
                        ? Optional.of("write CONFIG_" + line.strip().replaceFirst("^CONFIG_", "") + "=y")
                        : Optional.of("write CONFIG_NAME=y, # CONFIG_NAME is not set, or a comment after #");
        complaints.add(start, "this is no line of a kernel configuration", suggestion);
    }
}
