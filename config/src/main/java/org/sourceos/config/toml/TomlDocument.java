package org.sourceos.config.toml;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sourceos.config.diagnostic.Complaints;
import org.sourceos.config.diagnostic.Position;
import org.sourceos.config.diagnostic.SourceText;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;

/** Reads text as TOML 1.1 and turns the syntax errors into complaints that say what to do. */
public final class TomlDocument {
    private static final Pattern CONFLICT = Pattern.compile("^(<{7}|>{7}|={7}|\\|{7})( .*)?$");
    private static final Pattern BARE_VALUE =
            Pattern.compile("^\\s*([A-Za-z0-9_.-]+)\\s*=\\s*([^\"'\\[{#]*[^\"'\\[{#\\s])\\s*$");
    private static final Pattern REPEATED = Pattern.compile("(.*) previously defined at line ([0-9]+), column [0-9]+");
    private static final Pattern OPEN_HEADER = Pattern.compile("^\\s*\\[+\\s*([A-Za-z0-9_.-]+)[^A-Za-z0-9_.\\]-]*$");
    private static final Pattern ENTRY = Pattern.compile("^\\s*[A-Za-z0-9_.\"'-]+\\s*[=:].*");
    private static final Pattern HEADER = Pattern.compile("^\\s*\\[+\\s*([A-Za-z_]+)[\\s.\\]].*");
    private static final Pattern COLON = Pattern.compile("^\\s*([A-Za-z0-9_-]+)\\s*:.*");

    private final SourceText text;
    private final TableSchema schema;
    private final Complaints complaints;

    private TomlDocument(TableSchema schema, Complaints complaints) {
        this.text = complaints.text();
        this.schema = schema;
        this.complaints = complaints;
    }

    /**
     * What could be read of the text. After syntax errors that is a part; {@code complaints} then already knows what not to
     * complain about.
     */
    public static CheckedTable parse(String content, TableSchema schema, List<TableSchema> all, Complaints complaints) {
        TomlDocument document = new TomlDocument(schema, complaints);
        TomlParseResult result = Toml.parse(content);
        if (!document.complainAboutConflictMarkers()) {
            for (TomlParseError error : result.errors()) {
                document.complain(error, content);
            }
        }
        return CheckedTable.of(result, complaints.text().position(1, 1), schema, all, complaints);
    }

    /** Nothing else is worth saying about a file that is two files. */
    private boolean complainAboutConflictMarkers() {
        Optional<Position> start = Optional.empty();
        for (int line = 1; line <= text.lineCount(); line++) {
            String content = text.line(line);
            if (CONFLICT.matcher(content).matches() && (start.isPresent() || content.startsWith("<"))) {
                if (start.isEmpty()) {
                    start = Optional.of(text.position(line, 1));
                }
                if (content.startsWith(">")) {
                    complaints.add(
                            start.orElseThrow(),
                            "this file has merge conflict markers, from here to line " + line,
                            "keep one side of the conflict, delete the markers, and commit");
                    complaints.distrustFrom(text.position(1, 1));
                    return true;
                }
            }
        }
        return false;
    }

    private void complain(TomlParseError error, String content) {
        String message = String.valueOf(error.getMessage());
        Position position =
                text.position(error.position().line(), error.position().column());
        String line = text.line(position.line());
        Optional<String> delimiter = missingDelimiter(message);
        if (delimiter.isPresent()) {
            position = lastOccurrence(content, delimiter.get()).orElse(position);
            complaints.add(
                    position, "this text is never closed", "end it with " + delimiter.get() + " on a line of its own");
            complaints.distrustFrom(position);
            return;
        }
        Matcher repeated = REPEATED.matcher(message);
        complaints.add(
                position,
                repeated.matches()
                        ? repeated.group(1) + " was already given on line " + repeated.group(2)
                        : "not valid TOML: " + message,
                advice(message, line));
        complaints.markIncomplete();
        if (line.stripLeading().startsWith("[")) {
            // Keys below a header that could not be read have been put into the table before it.
            complaints.distrust(text.position(position.line() + 1, 1), nextHeader(position.line() + 1));
        } else if (message.startsWith("Unexpected") && !isOneLine(message, line)) {
            complaints.distrustFrom(position);
        }
    }

    /** Mistakes that end with their line: what follows has been read as it was meant. */
    private static boolean isOneLine(String message, String line) {
        boolean closed = balance(line, '[', ']') == 0 && balance(line, '{', '}') == 0;
        boolean longText = line.contains("'''") || line.contains("\"\"\"");
        return message.endsWith("expected a value") || ENTRY.matcher(line).matches() && closed && !longText;
    }

    private static long balance(String line, char open, char close) {
        return line.chars().filter(c -> c == open).count()
                - line.chars().filter(c -> c == close).count();
    }

    /** Where the next table begins, as far as the text tells: only known names count, for scripts have brackets too. */
    private Position nextHeader(int from) {
        for (int line = from; line <= text.lineCount(); line++) {
            Matcher header = HEADER.matcher(text.line(line));
            if (header.matches() && schema.key(header.group(1)).isPresent()) {
                return text.position(line, 1);
            }
        }
        return text.position(Integer.MAX_VALUE, 1);
    }

    private static Optional<String> missingDelimiter(String message) {
        if (!message.startsWith("Unexpected end of input")) {
            return Optional.empty();
        }
        return List.of("'''", "\"\"\"").stream().filter(message::contains).findFirst();
    }

    /** A text that is never closed holds no delimiter, so the last one opens it. */
    private Optional<Position> lastOccurrence(String content, String delimiter) {
        for (int line = text.lineCount(); line > 0; line--) {
            String candidate = text.line(line);
            int index = candidate.lastIndexOf(delimiter);
            if (index >= 0) {
                return Optional.of(text.position(line, candidate.codePointCount(0, index) + 1));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> advice(String message, String line) {
        Matcher colon = COLON.matcher(line);
        if (message.contains("':'") && colon.matches()) {
            return Optional.of("TOML writes " + colon.group(1) + " = … with an equals sign");
        }
        Matcher bare = BARE_VALUE.matcher(line);
        if (message.startsWith("Unexpected") && bare.matches() && !bare.group(2).contains("\\")) {
            return Optional.of("text needs quotes: " + bare.group(1) + " = \"" + bare.group(2) + "\"");
        }
        Matcher header = OPEN_HEADER.matcher(line);
        if (message.contains("expected ]") && header.matches()) {
            return Optional.of("write [" + header.group(1) + "]");
        }
        if (message.equals("Unexpected end of line, expected a value")) {
            return Optional.of("write the value on this line; text of several lines begins with ''' and ends with '''");
        }
        if (message.contains("expected ], a comma")) {
            return Optional.of("put a comma between the items, and ] after the last");
        }
        if (message.startsWith("Invalid escape")) {
            return Optional.of("write the text in single quotes ('…'), where a backslash is only a backslash");
        }
        if (message.startsWith("Unexpected end of line, expected '")
                || message.startsWith("Unexpected end of line, expected \"")) {
            return Optional.of("close the quote, or use ''' … ''' for text of several lines");
        }
        if (message.contains("previously defined")) {
            return Optional.of(
                    line.stripLeading().startsWith("[")
                            ? "put the keys of both under one header"
                            : "keep one of the two");
        }
        return Optional.empty();
    }
}
