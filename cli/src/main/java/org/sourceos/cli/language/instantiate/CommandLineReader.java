package org.sourceos.cli.language.instantiate;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.sourceos.cli.language.SearchPath;
import org.sourceos.cli.language.instantiate.Arguments.Given;
import org.sourceos.cli.language.instantiate.Arguments.Source;
import org.sourceos.cli.language.instantiate.Arguments.Task;
import org.sourceos.config.nix.OutputForm;

/**
 * Reads the command line that {@code nix-instantiate} has: options in any place, letters put together ({@code -vv},
 * {@code -j4}), every setting an option, and {@code -E} without a value of its own: it makes all operands expressions.
 */
final class CommandLineReader {
    /** Options about building, downloading and messages, with the number of words that follow each. */
    private static final Map<String, Integer> WITHOUT_MEANING = Map.ofEntries(
            Map.entry("--add-root", 1),
            Map.entry("--debug", 0),
            Map.entry("--debugger", 0),
            Map.entry("--dry-run", 0),
            Map.entry("--eval-store", 1),
            Map.entry("--fallback", 0),
            Map.entry("--impure", 0),
            Map.entry("--indirect", 0),
            Map.entry("--log-format", 1),
            Map.entry("--no-build-output", 0),
            Map.entry("--no-gc-warning", 0),
            Map.entry("--override-flake", 2),
            Map.entry("--quiet", 0),
            Map.entry("--read-write-mode", 0),
            Map.entry("--readonly-mode", 0),
            Map.entry("--relaxed-sandbox", 0),
            Map.entry("--repair", 0),
            Map.entry("--verbose", 0),
            Map.entry("-j", 1),
            Map.entry("-K", 0),
            Map.entry("-k", 0),
            Map.entry("-Q", 0),
            Map.entry("-v", 0));

    private final NixSettings known;
    private final Deque<String> words;
    private final Arguments.Builder read = new Arguments.Builder();

    private CommandLineReader(NixSettings known, List<String> words) {
        this.known = known;
        this.words = new ArrayDeque<>(words);
    }

    static Arguments read(NixSettings known, String... words) throws UsageException {
        CommandLineReader reader = new CommandLineReader(known, Arrays.asList(words));
        reader.all();
        return reader.read.build();
    }

    private void all() throws UsageException {
        boolean onlyOperands = false;
        while (!words.isEmpty()) {
            String word = onlyOperands ? words.remove() : single(words.remove());
            if (onlyOperands || !word.startsWith("-")) {
                read.operands.add(word);
            } else if (word.equals("--")) {
                onlyOperands = true;
            } else {
                option(word);
            }
        }
    }

    /** The first of several letters in one word; the others go back as words of their own. */
    private String single(String word) {
        if (word.length() <= 2 || word.charAt(0) != '-' || !isLetter(word.charAt(1))) {
            return word;
        }
        int end = 2;
        while (end < word.length() && isLetter(word.charAt(end))) {
            end++;
        }
        if (end < word.length()) {
            words.addFirst(word.substring(end));
        }
        for (int i = end - 1; i >= 2; i--) {
            words.addFirst("-" + word.charAt(i));
        }
        return word.substring(0, 2);
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private void option(String option) throws UsageException {
        switch (option) {
            case "--help" -> read.task(Task.HELP);
            case "--version" -> read.task(Task.VERSION);
            case "--eval", "--eval-only" -> read.task(Task.EVALUATE);
            case "--parse", "--parse-only" -> read.task(Task.PARSE);
            case "--find-file" -> read.task(Task.FIND_FILE);
            case "-" -> read.fromStandardInput = true;
            case "-E", "--expr" -> read.fromArguments = true;
            case "--strict" -> read.strict = true;
            case "--json" -> read.form = OutputForm.JSON;
            case "--xml" -> read.form = OutputForm.XML;
            case "--raw" -> read.form = OutputForm.RAW;
            case "--no-location" -> read.places = false;
            case "-A", "--attr" -> {
                if (words.isEmpty()) {
                    throw new UsageException("'" + option + "' requires an argument");
                }
                read.attributes.add(words.remove());
            }
            case "-I", "--include" -> read.searchPath.add(SearchPath.entry(values(option, 1)[0]));
            case "--arg" -> given(Source.EXPRESSION, values(option, 2));
            case "--argstr" -> given(Source.STRING, values(option, 2));
            case "--arg-from-file" -> given(Source.FILE, values(option, 2));
            case "--arg-from-stdin" -> given(Source.STANDARD_INPUT, values(option, 1)[0], "");
            case "--option" -> {
                String[] pair = values(option, 2);
                read.settings.put(pair[0], pair[1]);
            }
            default -> withoutMeaning(option);
        }
    }

    private void withoutMeaning(String option) throws UsageException {
        Integer count = WITHOUT_MEANING.get(option);
        if (count != null) {
            values(option, count);
            return;
        }
        int words = known.words(option).orElseThrow(() -> new UsageException("unrecognised flag '" + option + "'"));
        String[] values = values(option, words);
        boolean off = option.startsWith("--no-") && !known.has(option.substring(2));
        read.settings.put(option.substring(off ? 5 : 2), words == 1 ? values[0] : off ? "false" : "true");
    }

    private void given(Source source, String... pair) {
        read.given.put(pair[0], new Given(source, pair[1]));
    }

    private String[] values(String option, int count) throws UsageException {
        if (words.size() < count) {
            throw new UsageException("flag '" + option + "' requires " + count + " argument(s), but only "
                    + words.size() + " were given");
        }
        String[] values = new String[count];
        for (int i = 0; i < count; i++) {
            values[i] = words.remove();
        }
        return values;
    }

    /** A command line that cannot be meant. The message is Nix's own. */
    static final class UsageException extends Exception {
        private static final long serialVersionUID = 1;

        UsageException(String message) {
            super(message);
        }
    }
}
