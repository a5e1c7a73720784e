package org.sourceos.config.nix.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class LexerTest {
    @Property(tries = 2000)
    void tokensPutTogetherAreTheText(@ForAll("texts") String text) {
        Tokens tokens = Lexer.lex(text);
        StringBuilder whole = new StringBuilder();
        for (int i = 0; i < tokens.size(); i++) {
            whole.append(tokens.text(i));
        }
        assertThat(whole).hasToString(text);
        assertThat(tokens.kind(tokens.size() - 1)).isEqualTo(TokenKind.END);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of(
                        "a", "if", "1", "1.5", ".", "..", "...", "/", "//", "./a", "~/", "<a>", "<", "\"", "''", "'",
                        "${", "}", "{", "$", "\\", "#", "/*", "*/", "\n", " ", "x:y", "=", "==", "->", "-", "|", "|>",
                        "||", "&&", "é", "\0", "@", "?", "(", ")", "[", "]", ";", ",", "e5", "+", "++", "!", "!=")
                .list()
                .ofMaxSize(30)
                .map(parts -> String.join("", parts));
    }

    private static List<TokenKind> kinds(String text) {
        Tokens tokens = Lexer.lex(text);
        List<TokenKind> kinds = new ArrayList<>();
        for (int i = 0; i < tokens.size() - 1; i++) {
            if (!tokens.kind(i).isTrivia()) {
                kinds.add(tokens.kind(i));
            }
        }
        return kinds;
    }

    @Test
    void takesTheLongestOfWordNumberPathAndUri() {
        assertThat(kinds("a a/b a:b a-b 1 1.5 1/2 ./a <a/b> ~/c"))
                .containsExactly(
                        TokenKind.IDENTIFIER,
                        TokenKind.PATH,
                        TokenKind.URI,
                        TokenKind.IDENTIFIER,
                        TokenKind.INTEGER,
                        TokenKind.FLOAT,
                        TokenKind.PATH,
                        TokenKind.PATH,
                        TokenKind.SEARCH_PATH,
                        TokenKind.HOME_PATH);
    }

    @Test
    void readsNoExponentWithoutAPoint() {
        assertThat(kinds("1e6")).containsExactly(TokenKind.INTEGER, TokenKind.IDENTIFIER);
    }

    @Test
    void leavesWhiteSpaceInsideStringsToThem() {
        assertThat(kinds("\" a ${ b } c \""))
                .containsExactly(
                        TokenKind.QUOTE,
                        TokenKind.STRING_PIECE,
                        TokenKind.INTERPOLATION,
                        TokenKind.IDENTIFIER,
                        TokenKind.RIGHT_BRACE,
                        TokenKind.STRING_PIECE,
                        TokenKind.QUOTE);
    }

    @Test
    void keepsCommentsAndWhiteSpace() {
        Tokens tokens = Lexer.lex("a # c\n/* d */b");
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            texts.add(tokens.text(i));
        }
        assertThat(texts).containsExactly("a", " ", "# c", "\n", "/* d */", "b", "");
    }
}
