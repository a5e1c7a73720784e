package org.sourceos.config.lock;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sourceos.config.lock.LockFile.BasePin;
import org.sourceos.config.lock.LockFile.DebPin;
import org.sourceos.config.lock.LockFile.SourcePin;

/**
 * Reads a lock that nobody has touched since {@link LockFilePrinter} wrote it, in a twentieth of the time a TOML parser needs
 * to start: every command reads the lock. It need not be careful about anything, for what it made out is printed again and
 * counts only when that is the text that was read.
 */
final class PrintedLock {
    private final Deque<String> lines;
    private final Map<String, SourcePin> sources = new TreeMap<>();
    private final Map<String, BasePin> bases = new TreeMap<>();
    private final Map<String, DebPin> debs = new TreeMap<>();

    private PrintedLock(String text) {
        this.lines = new ArrayDeque<>(text.lines().toList());
    }

    /** Empty when the text is not exactly what {@link LockFilePrinter} prints, or not all of it can be used. */
    static Optional<LockFile> parse(String text) {
        if (text.contains("\\u0000")) {
            return Optional.empty(); // no text of ours can have a NUL, and the TOML reader says so with its place
        }
        PrintedLock reader = new PrintedLock(text);
        while (!reader.lines.isEmpty()) {
            String line = reader.lines.remove();
            if (line.startsWith("[") && line.endsWith("\"]") && !reader.entry(line)) {
                return Optional.empty();
            }
        }
        LockFile lock =
                new LockFile(new TreeMap<>(reader.sources), new TreeMap<>(reader.bases), new TreeMap<>(reader.debs));
        return Optional.of(lock).filter(read -> LockFilePrinter.print(read).equals(text));
    }

    private boolean entry(String header) {
        String name = unquoted(header.substring(header.indexOf('.') + 1, header.length() - 1));
        String version = value("version");
        String sha256 = value("sha256");
        if (sha256 == null || !LockFileParser.isDigest(sha256)) {
            return false;
        }
        switch (header.substring(1, Math.max(1, header.indexOf('.')))) {
            case "sources" ->
                sources.put(
                        name,
                        new SourcePin(
                                sha256, Optional.ofNullable(value("version")), Optional.ofNullable(value("exact"))));
            case "bases" -> bases.put(name, new BasePin(sha256, list("packages")));
            case "debs" -> debs.put(name, new DebPin(version == null ? "" : version, sha256, list("requires")));
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Of the next line, if it is that key's. */
    private @Nullable String value(String key) {
        String line = lines.peek();
        if (line == null || !line.startsWith(key + " = \"")) {
            return null;
        }
        lines.remove();
        return unquoted(line.substring(key.length() + " = ".length()));
    }

    private List<String> list(String key) {
        List<String> items = new ArrayList<>();
        if ((key + " = [").equals(lines.peek())) {
            lines.remove();
            while (lines.peek() != null && lines.element().startsWith("    \"")) {
                String line = lines.remove();
                items.add(unquoted(line.substring("    ".length(), line.length() - 1)));
            }
        }
        return items;
    }

    private static String unquoted(String quoted) {
        if (quoted.length() < 2) {
            return quoted;
        }
        String inner = quoted.substring(1, quoted.length() - 1);
        if (inner.indexOf('\\') < 0) {
            return inner;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < inner.length(); i++) {
            char c = inner.charAt(i);
            if (c != '\\') {
                text.append(c);
            } else if (inner.startsWith("\\u00", i) && i + 5 < inner.length()) {
                text.append((char) (hex(inner.charAt(i + 4)) * 16 + hex(inner.charAt(i + 5))));
                i += 5;
            } else if (i + 1 < inner.length()) {
                text.append(inner.charAt(++i));
            }
        }
        return text.toString();
    }

    private static int hex(char digit) {
        return Math.max(0, Character.digit(digit, 16));
    }
}
