package org.sourceos.config.nix.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.sourceos.config.nix.Bytes;
import org.sourceos.config.nix.ParseException;
import org.sourceos.config.nix.syntax.Lexer;
import org.sourceos.config.nix.syntax.TokenKind;
import org.sourceos.config.nix.syntax.Tokens;

/** The texts that the formatter is tried on, and what must hold for each. */
final class Texts {
    static final Path ROOT = Path.of("src/test/resources").toAbsolutePath();

    private Texts() {}

    /** A text that is in the language, standard or with SourceOS's additions. */
    record Sample(String name, String text, boolean dialect) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** The golden files of the language and of the formatter, and the project's own configurations. */
    static List<Sample> all() throws IOException {
        List<Sample> samples = new ArrayList<>();
        for (String folder : List.of("nix/okay", "nix/fail", "format", "vision")) {
            for (Path file : files(ROOT.resolve(folder))) {
                String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
                for (boolean dialect : new boolean[] {false, true}) {
                    if (Meaning.isInTheLanguage(text, dialect)) {
                        String name = folder + "/" + file.getFileName() + (dialect ? " in the dialect" : "");
                        samples.add(new Sample(name, text, dialect));
                    }
                }
            }
        }
        return samples;
    }

    static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".nix"))
                    .sorted()
                    .toList();
        }
    }

    static String formatted(String text, boolean dialect) throws ParseException {
        return new Formatter(dialect).format("text.nix", text);
    }

    /** Formats a text and holds the formatter to all it promises. */
    static void check(String text, boolean dialect) throws ParseException {
        String once = formatted(text, dialect);
        assertThat(formatted(once, dialect)).as("formatted twice:\n" + text).isEqualTo(once);
        assertThat(Meaning.of(once, dialect)).as("meaning of:\n" + text).isEqualTo(Meaning.of(text, dialect));
        assertThat(comments(once)).as("comments of:\n" + text).isEqualTo(comments(text));
        assertThat(tokens(once)).as("tokens of:\n" + text).isEqualTo(tokens(text));
        assertThat(once).endsWith("\n").doesNotEndWith("\n\n").doesNotStartWith("\n");
    }

    /**
     * The tokens that mean something, without commas that nothing follows. Spaces at the beginning of an indented string's
     * lines may differ; what the string is, {@link Meaning} compares.
     */
    static List<String> tokens(String text) {
        Tokens tokens = Lexer.lex(Bytes.of(text));
        List<String> found = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            TokenKind kind = tokens.kind(i);
            if (kind.isTrivia()) {
                continue;
            }
            boolean closes = kind == TokenKind.RIGHT_BRACE || kind == TokenKind.RIGHT_BRACKET;
            if (closes && !found.isEmpty() && found.get(found.size() - 1).equals("COMMA ,")) {
                found.remove(found.size() - 1);
            }
            boolean indented = kind == TokenKind.INDENTED_OPEN || kind == TokenKind.INDENTED_PIECE;
            found.add(
                    kind + " " + (indented ? withoutIndentation(tokens.text(i)).stripLeading() : tokens.text(i)));
        }
        return found;
    }

    /** All comments, in order. */
    static List<String> comments(String text) {
        Tokens tokens = Lexer.lex(Bytes.of(text));
        List<String> comments = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.kind(i) == TokenKind.COMMENT) {
                comments.add(withoutIndentation(tokens.text(i)).stripTrailing());
            }
        }
        return comments;
    }

    private static String withoutIndentation(String text) {
        return text.replace("\r\n", "\n").replaceAll("[ \t]*\n *", "\n");
    }
}
