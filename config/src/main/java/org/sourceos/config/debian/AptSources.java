package org.sourceos.config.debian;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads both formats of {@code sources.list(5)}. Disabled entries and comments are left out; a line that is no entry is
 * given to the caller as a warning, not an error: apt itself will refuse what it cannot use.
 */
public final class AptSources {
    private AptSources() {}

    /** What a text says, and what of it could not be understood ({@code line 3: …}). */
    public record Parsed(List<SourceEntry> entries, List<String> complaints) {
        public Parsed {
            entries = List.copyOf(entries);
            complaints = List.copyOf(complaints);
        }
    }

    // The names of options in the one-line format, as sources.list(5) gives them.
    private static final Map<String, String> DEB822_NAMES = Map.ofEntries(
            Map.entry("arch", "Architectures"),
            Map.entry("lang", "Languages"),
            Map.entry("target", "Targets"),
            Map.entry("pdiffs", "PDiffs"),
            Map.entry("by-hash", "By-Hash"),
            Map.entry("allow-insecure", "Allow-Insecure"),
            Map.entry("allow-weak", "Allow-Weak"),
            Map.entry("allow-downgrade-to-insecure", "Allow-Downgrade-To-Insecure"),
            Map.entry("trusted", "Trusted"),
            Map.entry("signed-by", "Signed-By"),
            Map.entry("check-valid-until", "Check-Valid-Until"),
            Map.entry("valid-until-min", "Valid-Until-Min"),
            Map.entry("valid-until-max", "Valid-Until-Max"),
            Map.entry("check-date", "Check-Date"),
            Map.entry("date-max-future", "Date-Max-Future"),
            Map.entry("inrelease-path", "InRelease-Path"),
            Map.entry("snapshot", "Snapshot"));

    /** The format of {@code sources.list} and {@code *.list}. */
    public static Parsed parseList(String text) {
        List<SourceEntry> entries = new ArrayList<>();
        List<String> complaints = new ArrayList<>();
        int number = 0;
        for (String raw : text.split("\r?\n", -1)) {
            number++;
            int comment = raw.indexOf('#');
            String line = (comment < 0 ? raw : raw.substring(0, comment)).strip();
            if (!line.isEmpty()) {
                Optional<SourceEntry> entry = entry(line);
                if (entry.isPresent()) {
                    entries.add(entry.get());
                } else {
                    complaints.add("line " + number + ": not an entry: " + line);
                }
            }
        }
        return new Parsed(entries, complaints);
    }

    private static Optional<SourceEntry> entry(String line) {
        List<String> words = new ArrayList<>(ControlFile.words(line));
        String type = words.remove(0);
        if (!type.equals("deb") && !type.equals("deb-src")) {
            return Optional.empty();
        }
        SortedMap<String, String> options = new TreeMap<>();
        if (!words.isEmpty() && words.get(0).startsWith("[")) {
            int close = line.indexOf(']');
            if (close < 0) {
                return Optional.empty();
            }
            String inside = line.substring(line.indexOf('[') + 1, close);
            for (String option : ControlFile.words(inside)) {
                option(option, options);
            }
            words = new ArrayList<>(ControlFile.words(line.substring(close + 1)));
        }
        // Flat repositories have no components, all others have at least one.
        if (words.size() < 2 || (words.size() == 2 && !words.get(1).endsWith("/"))) {
            return Optional.empty();
        }
        return Optional.of(new SourceEntry(
                List.of(type), List.of(words.get(0)), List.of(words.get(1)), words.subList(2, words.size()), options));
    }

    private static void option(String option, SortedMap<String, String> options) {
        int equals = option.indexOf('=');
        if (equals <= 0) {
            return;
        }
        String name = option.substring(0, equals);
        String suffix = "";
        if (name.endsWith("+")) {
            suffix = "-Add";
        } else if (name.endsWith("-")) {
            suffix = "-Remove";
        }
        name = suffix.isEmpty() ? name : name.substring(0, name.length() - 1);
        String known = DEB822_NAMES.get(name.toLowerCase(Locale.ROOT));
        if (known != null) {
            options.put(known + suffix, option.substring(equals + 1).replace(',', ' '));
        }
    }

    /** The format of {@code *.sources}. */
    public static Parsed parseDeb822(String text) {
        List<SourceEntry> entries = new ArrayList<>();
        List<String> complaints = new ArrayList<>();
        int number = 0;
        for (ControlFile.Paragraph paragraph : ControlFile.parse(text)) {
            number++;
            if (paragraph.field("Enabled").map(AptSources::isFalse).orElse(false)) {
                continue;
            }
            SourceEntry entry = new SourceEntry(
                    paragraph.words("Types"),
                    paragraph.words("URIs"),
                    paragraph.words("Suites"),
                    paragraph.words("Components"),
                    options(paragraph));
            if (isComplete(entry)) {
                entries.add(entry);
            } else {
                complaints.add(
                        "paragraph " + number + ": an entry needs Types (deb, deb-src), URIs, Suites and Components");
            }
        }
        return new Parsed(entries, complaints);
    }

    private static boolean isFalse(String value) {
        return List.of("no", "false", "without", "off", "disable", "0").contains(value.toLowerCase(Locale.ROOT));
    }

    private static SortedMap<String, String> options(ControlFile.Paragraph paragraph) {
        SortedMap<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        options.putAll(paragraph.fields());
        List.of("Types", "URIs", "Suites", "Components", "Enabled").forEach(options::remove);
        return options;
    }

    private static boolean isComplete(SourceEntry entry) {
        boolean flat = entry.suites().stream().allMatch(s -> s.endsWith("/"));
        return !entry.types().isEmpty()
                && List.of("deb", "deb-src").containsAll(entry.types())
                && !entry.uris().isEmpty()
                && !entry.suites().isEmpty()
                && (flat || !entry.components().isEmpty());
    }
}
