package org.sourceos.config.debian;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Debian's control-file syntax ({@code deb822(5)}, Debian Policy 5.1) without loss: what is read prints back to the byte,
 * comments, order of fields and white space included. {@link ControlFile} is the view of it that only asks for values.
 *
 * <p>Tolerant, as apt is: a line that is neither field, continuation nor comment is kept and means nothing. Texts are read
 * paragraph by paragraph, so that a list of sixty thousand packages needs the memory of one. Bytes that are no UTF-8 come
 * through when text is made of them, and bytes of text, as ISO 8859-1.
 */
public final class Deb822 {
    private Deb822() {}

    /** A part of a paragraph; all of them one after the other are its text. */
    public sealed interface Item {
        String print();
    }

    /**
     * A field.
     *
     * @param name as it was written
     * @param raw everything after the colon, with continuation lines, comments between them and the last line's end
     */
    public record Field(String name, String raw) implements Item {
        /**
         * Its value: lines without their leading and trailing blanks, joined by newlines; comments are no part of it.
         */
        public String value() {
            if (raw.indexOf('\n') == raw.length() - 1) {
                return raw.strip();
            }
            StringBuilder value = new StringBuilder();
            boolean first = true;
            for (String line : raw.split("\n", -1)) {
                boolean last = line.isEmpty() && !first;
                if (!last && (first || !line.startsWith("#"))) {
                    value.append(first ? "" : "\n").append(line.strip());
                }
                first = false;
            }
            return value.toString();
        }

        @Override
        public String print() {
            return name + ":" + raw;
        }
    }

    /** Comments, empty lines, and lines that are nothing. */
    public record Other(String text) implements Item {
        @Override
        public String print() {
            return text;
        }
    }

    /** Fields between empty lines, with the empty lines and comments before and after them. */
    public record Paragraph(List<Item> items) {
        public Paragraph {
            items = List.copyOf(items);
        }

        public List<Field> fields() {
            return items.stream()
                    .filter(Field.class::isInstance)
                    .map(Field.class::cast)
                    .toList();
        }

        /** A field's value, its name compared without case; the last one's, should there be several. */
        public Optional<String> field(String name) {
            for (int i = items.size() - 1; i >= 0; i--) {
                if (items.get(i) instanceof Field field && field.name().equalsIgnoreCase(name)) {
                    return Optional.of(field.value());
                }
            }
            return Optional.empty();
        }

        /** Whether a field says yes. */
        public boolean flag(String name) {
            return field(name).map(value -> value.toLowerCase(Locale.ROOT)).equals(Optional.of("yes"));
        }

        public String print() {
            StringBuilder text = new StringBuilder();
            items.forEach(item -> text.append(item.print()));
            return text.toString();
        }
    }

    /** All paragraphs of a text. A text without any field is one paragraph without fields, or none when it is empty. */
    public static List<Paragraph> parse(String text) {
        return read(lines(text)).toList();
    }

    /** Paragraphs as they are asked for, of lines that have their ends. */
    public static Stream<Paragraph> read(Iterator<String> lines) {
        Iterable<Paragraph> paragraphs = () -> new Paragraphs(lines);
        return StreamSupport.stream(paragraphs.spliterator(), false);
    }

    /** The lines of a text with their ends; the last may have none. */
    public static Iterator<String> lines(String text) {
        return new Iterator<>() {
            private int at;

            @Override
            public boolean hasNext() {
                return at < text.length();
            }

            @Override
            public String next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                int end = text.indexOf('\n', at);
                int next = end < 0 ? text.length() : end + 1;
                String line = text.substring(at, next);
                at = next;
                return line;
            }
        };
    }

    /** A paragraph ends with the empty lines after it: what follows them is the next one's. */
    private static final class Paragraphs implements Iterator<Paragraph> {
        private final Iterator<String> lines;
        private String waiting = "";

        Paragraphs(Iterator<String> lines) {
            this.lines = lines;
        }

        @Override
        public boolean hasNext() {
            return !waiting.isEmpty() || lines.hasNext();
        }

        @Override
        public Paragraph next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Reading reading = new Reading();
            while (hasNext()) {
                String line = waiting.isEmpty() ? lines.next() : waiting;
                waiting = "";
                if (!reading.take(line)) {
                    waiting = line;
                    break;
                }
            }
            return new Paragraph(reading.finish());
        }
    }

    private static final class Reading {
        private final List<Item> items = new ArrayList<>();
        private String name = "";
        private final StringBuilder raw = new StringBuilder();
        private final StringBuilder comments = new StringBuilder();
        private boolean fields;
        private boolean ended;

        /** @return false when the line begins another paragraph */
        boolean take(String line) {
            if (line.isBlank()) {
                other(line);
                ended = fields;
                return true;
            }
            if (ended) {
                return false;
            }
            char first = line.charAt(0);
            if (first == '#') {
                // Between the lines of a field it is the field's; only what comes next tells.
                comments.append(line);
            } else if (first == ' ' || first == '\t') {
                if (name.isEmpty()) {
                    other(line);
                } else {
                    raw.append(comments).append(line);
                    comments.setLength(0);
                }
            } else {
                int colon = line.indexOf(':');
                if (colon <= 0) {
                    other(line);
                } else {
                    endField();
                    name = line.substring(0, colon);
                    raw.append(line, colon + 1, line.length());
                    fields = true;
                }
            }
            return true;
        }

        private void other(String line) {
            endField();
            items.add(new Other(line));
        }

        private void endField() {
            if (!name.isEmpty()) {
                items.add(new Field(name, raw.toString()));
                name = "";
                raw.setLength(0);
            }
            if (!comments.isEmpty()) {
                items.add(new Other(comments.toString()));
                comments.setLength(0);
            }
        }

        List<Item> finish() {
            endField();
            return items;
        }
    }
}
