package org.sourceos.config.nix.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sourceos.config.nix.ParseException;

/** What the golden files do not show: errors, bytes, sizes. */
class FormatterTest {
    private static final Formatter DIALECT = new Formatter(true);

    @Test
    void saysWhereAMistakeIs() {
        assertThatThrownBy(() -> DIALECT.format("a.nix", "{\n  a = 1;\n  b = ;\n}\n"))
                .isInstanceOf(ParseException.class)
                .hasMessage("a.nix:3:7: syntax error, unexpected ';'\n  3 |   b = ;\n    |       ^");
        assertThatThrownBy(() -> DIALECT.format("a.nix", "# nothing else\n"))
                .hasMessageStartingWith("a.nix:2:1: syntax error, unexpected end of file");
    }

    @Test
    void namesAndFoldersNeedNotExist() throws ParseException {
        assertThat(DIALECT.format("a.nix", "f  x ~/y <z>")).isEqualTo("f x ~/y <z>\n");
    }

    @Test
    void theDialectHasCommasAndStandardTextsHaveUrls() throws ParseException {
        Formatter standard = new Formatter(false);
        assertThat(DIALECT.format("a.nix", "[1,2]")).isEqualTo("[ 1, 2 ]\n");
        assertThat(standard.format("a.nix", "[x:y]")).isEqualTo("[ x:y ]\n");
        assertThatThrownBy(() -> standard.format("a.nix", "[1,2]")).isInstanceOf(ParseException.class);
        assertThatThrownBy(() -> DIALECT.format("a.nix", "[x:y]")).isInstanceOf(ParseException.class);
    }

    @Test
    void bytesThatAreNoTextStay() throws ParseException {
        byte[] text = "\"\u00ff\u00c3\" # \u00fe".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(DIALECT.format("a.nix", text))
                .isEqualTo("\"\u00ff\u00c3\" # \u00fe\n".getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void lineEndsInsideStringsStay() throws ParseException {
        assertThat(DIALECT.format("a.nix", "{\r\n  a = \"x\r\ny\"; b = ''\r\n  x\r\n'';\r\n}\r\n"))
                .isEqualTo("{\n  a = \"x\r\ny\";\n  b = ''\r\n  x\r\n'';\n}\n");
    }

    @Test
    void stringsMoveOnlyAsFarAsTheyStayWhatTheyAre() throws ParseException {
        for (String inside : List.of(
                "\n        a\n          b\n\n         \n        ",
                "\n  a\n b\n",
                "   \n      ${x}\n    ''${y}\n",
                "\n    ''\\n  a\n     b\n",
                "\n\ta\n    b\n",
                "\n    a\n\t",
                "\n    ${if a then ''\n  b\n  '' else c}\n   d\n",
                "\n   a\n  ''\\\n   b\n",
                "\n          \n    ",
                "a\n    b\n    ")) {
            Texts.check("{ x = { y = f ''" + inside + "''; }; }", true);
        }
    }

    @Test
    void whatIsNestedTooDeeplyIsAnErrorAndWhatIsLessDeepIsNot() throws ParseException {
        List<List<String>> nests = List.of(
                List.of("(", ")"),
                List.of("[", "]"),
                List.of("{ a = ", "; }"),
                List.of("f (x: { a = [ (", ") ]; })"),
                List.of("if a then ", " else b"),
                List.of("if a then b else ", ""),
                List.of("let x = ", "; in x"),
                List.of("let x = 1; in ", ""),
                List.of("x: ", ""),
                List.of("{ x }: ", ""),
                List.of("a ++ ", ""),
                List.of("a -> b || c && d == ", ""),
                List.of("!", ""),
                List.of("a.b or ", ""),
                List.of("a.${", "}"),
                List.of("\"${", "}\""),
                List.of("with a; ", ""));
        for (List<String> nest : nests) {
            String deep = nest.get(0).repeat(1_000) + "z" + nest.get(1).repeat(1_000);
            String once = DIALECT.format("a.nix", deep);
            assertThat(DIALECT.format("a.nix", once)).as(nest.get(0)).isEqualTo(once);
            String tooDeep = nest.get(0).repeat(100_000) + "z" + nest.get(1).repeat(100_000);
            assertThatThrownBy(() -> DIALECT.format("a.nix", tooDeep))
                    .as(nest.get(0))
                    .isInstanceOf(ParseException.class)
                    .hasMessageContaining("nested");
        }
    }

    @Test
    @Timeout(300)
    void longTextsAreFormatted() throws ParseException {
        List<String> texts = List.of(
                "{\n" + "  a%d = mkIf cfg.enable { x = [ 1 2 3 ]; y = \"text\"; }; # comment\n".repeat(16_000) + "}",
                "[" + " 12345".repeat(170_000) + " ]",
                "{ " + "inherit (x) y%d; ".repeat(60_000) + "}",
                "f" + " { a = 1; b = \"some text in it\"; }".repeat(30_000),
                "# a comment\n".repeat(90_000) + "1",
                "/* a comment */ ".repeat(65_000) + "1",
                "''\n" + "  a line of text with ${x} in it\n".repeat(30_000) + "''",
                "1" + " + 1".repeat(250_000),
                "{ a" + ", b%d ? 1".repeat(80_000) + " }: 1");
        for (String text : texts) {
            StringBuilder numbered = new StringBuilder();
            for (int at = 0, number = 0; at < text.length(); at++) {
                if (text.startsWith("%d", at)) {
                    numbered.append(number++);
                    at++;
                } else {
                    numbered.append(text.charAt(at));
                }
            }
            assertThat(DIALECT.format("a.nix", numbered.toString())).endsWith("\n");
        }
    }
}
