package org.sourceos.cli.language.repl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sourceos.config.nix.EvalException;
import org.sourceos.config.nix.NixAttrs;
import org.sourceos.config.nix.NixValue;
import org.sourceos.config.nix.ParseException;
import org.sourceos.config.nix.syntax.TokenKind;

/** What can follow what was typed. */
final class Completions {
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_'.\\-]*$");
    private static final Pattern PATH = Pattern.compile("(?:\\.{0,2}|~)/[^\\s;()\\[\\]{}\"]*$");
    private static final Pattern FILE = Pattern.compile("\\s*:(?:l|load)\\s+(\\S*)$");

    private final Session session;
    private final Path directory;

    Completions(Session session, Path directory) {
        this.session = session;
        this.directory = directory;
    }

    /**
     * @param word the last word of the text: what a candidate takes the place of
     * @param candidates whole words, sorted
     */
    record Completed(String word, List<String> candidates) {}

    /** @param before all that stands before the cursor */
    Completed of(String before) {
        if (before.stripLeading().startsWith(":") && before.strip().indexOf(' ') < 0 && !before.endsWith(" ")) {
            String word = before.stripLeading();
            return matching(word, Directive.allNames());
        }
        Matcher file = FILE.matcher(before);
        if (file.find()) {
            return files(file.group(1));
        }
        Matcher path = PATH.matcher(before);
        if (path.find()) {
            return files(path.group());
        }
        Matcher matcher = WORD.matcher(before);
        String word = matcher.find() ? matcher.group() : "";
        int dot = word.lastIndexOf('.');
        return dot > 0 ? attributes(word, word.substring(0, dot)) : matching(word, names());
    }

    private static Completed matching(String word, Iterable<String> all) {
        List<String> candidates = new ArrayList<>();
        for (String name : all) {
            if (name.startsWith(word)) {
                candidates.add(name);
            }
        }
        return new Completed(word, candidates);
    }

    private SortedSet<String> names() {
        SortedSet<String> names = new TreeSet<>(session.evaluator().names());
        names.removeIf(name -> name.startsWith("__"));
        names.addAll(session.variables().keySet());
        Arrays.stream(TokenKind.values())
                .filter(TokenKind::isKeyword)
                .map(kind -> kind.shown().replace("'", ""))
                .forEach(names::add);
        return names;
    }

    private Completed attributes(String word, String prefix) {
        List<String> candidates = new ArrayList<>();
        for (String name : namesIn(prefix)) {
            candidates.add(prefix + "." + name);
        }
        return matching(word, candidates);
    }

    /** A value that cannot be evaluated has no attributes; whoever wants to know why evaluates it. */
    private List<String> namesIn(String expression) {
        try {
            NixValue value = session.evaluator().force(session.evaluate(expression));
            return value instanceof NixAttrs attrs ? attrs.names() : List.of();
        } catch (ParseException | EvalException e) {
            return List.of();
        }
    }

    private Completed files(String word) {
        int slash = word.lastIndexOf('/') + 1;
        String folder = word.substring(0, slash);
        List<String> candidates = new ArrayList<>();
        resolved(folder).ifPresent(path -> {
            try (Stream<Path> entries = Files.list(path)) {
                entries.forEach(
                        entry -> candidates.add(folder + entry.getFileName() + (Files.isDirectory(entry) ? "/" : "")));
            } catch (IOException e) {
                candidates.clear(); // a folder that cannot be read has nothing to offer
            }
        });
        candidates.sort(null);
        return matching(word, candidates);
    }

    private Optional<Path> resolved(String folder) {
        if (folder.startsWith("~")) {
            return Optional.empty();
        }
        Path path = directory.resolve(folder);
        return Files.isDirectory(path) ? Optional.of(path) : Optional.empty();
    }
}
