package org.sourceos.config.diagnostic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DiagnosticTest {
    @Test
    void aTabStaysATabSoThatTheCaretStaysBelowItsColumn() {
        Diagnostic diagnostic =
                new Diagnostic(new Position("a.toml", 12, 4), "wrong", "\t😀\tx = 1", Optional.of("write y"));

        assertThat(diagnostic.render()).isEqualTo("a.toml:12:4: wrong\n  12 | \t😀\tx = 1\n     | \t \t^\n  write y");
    }

    @Test
    void aStrangersTextDoesNotSpeakToTheTerminal() {
        SourceText text = new SourceText("x\u001b[1m", "a = \u001b[2J\u202e\u0007\u0000b");

        assertThat(text.diagnostic(text.position(1, 1), "wrong \u0007", Optional.of("write \u009b2J"))
                        .render())
                .isEqualTo(
                        "x\uFFFD[1m:1:1: wrong \uFFFD\n  1 | a = \uFFFD[2J\uFFFD\uFFFD\uFFFDb\n    | ^\n  write \uFFFD2J");
        assertThat(Quoted.of("a\u001b[2J\"\n")).isEqualTo("\"a\\u001B[2J\\\"\\n\"");
        assertThat(Quoted.of("x".repeat(1000))).hasSizeLessThan(70);
    }

    @Property(tries = 1000)
    void anyPlaceInAnyLineCanBeShown(@ForAll String line, @ForAll @IntRange(min = 1, max = 500) int column) {
        SourceText text = new SourceText("x", line);

        assertThat(text.diagnostic(text.position(1, column), "m", Optional.empty())
                        .render())
                .startsWith("x:1:" + column + ": m\n")
                .endsWith("^");
    }

    @Test
    void aLongLineIsShownAroundTheCaret() {
        Diagnostic diagnostic = new Diagnostic(
                new Position("x", 1, 5001), "m", "a".repeat(5000) + "b" + "c".repeat(5000), Optional.empty());

        String[] lines = diagnostic.render().split("\n");

        assertThat(lines[1]).hasSizeLessThan(200).startsWith("  1 | …a").endsWith("c…");
        assertThat(lines[1].charAt(lines[2].indexOf('^'))).isEqualTo('b');
    }
}
