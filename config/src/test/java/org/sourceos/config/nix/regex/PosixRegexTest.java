package org.sourceos.config.nix.regex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PosixRegexTest {
    private static final Runnable NOTHING = () -> {};

    @Test
    void takesTheLongestAlternative() throws RegexSyntaxException {
        List<int[]> found = PosixRegex.compile("a|ab|abc").findAll("xabcabx", NOTHING);
        assertThat(found).hasSize(2);
        assertThat(found.get(0)).containsExactly(1, 4);
        assertThat(found.get(1)).containsExactly(4, 6);
    }

    /** Beside the steps that backtracking may take before it is given up. */
    @Test
    void needsNoMoreStepsThanThePatternTimesTheText() throws RegexSyntaxException {
        long some = steps(5000);
        assertThat(some).isLessThan(1_000_000 + 5000L * (64 + 20));
        assertThat(steps(10_000) - some).isLessThan(5000L * (64 + 20));
    }

    private static long steps(int length) throws RegexSyntaxException {
        AtomicLong steps = new AtomicLong();
        Optional<int[]> found = PosixRegex.compile("((a*)*)*b").match("a".repeat(length), steps::incrementAndGet);
        assertThat(found).isEmpty();
        return steps.get();
    }

    @Test
    void refusesAPatternThatWouldNeedTooManyStates() {
        assertThatThrownBy(() -> PosixRegex.compile("((a{1000}){1000}){1000}"))
                .isInstanceOfSatisfying(
                        RegexSyntaxException.class,
                        e -> assertThat(e.tooLarge()).isTrue());
    }

    @Property(tries = 2000)
    void acceptsOrRefusesEveryPattern(@ForAll("patterns") String pattern, @ForAll("subjects") String subject) {
        try {
            PosixRegex regex = PosixRegex.compile(pattern);
            regex.match(subject, NOTHING).ifPresent(m -> assertThat(m[1]).isEqualTo(subject.length()));
            int last = 0;
            for (int[] found : regex.findAll(subject, NOTHING)) {
                assertThat(found[0]).isGreaterThanOrEqualTo(last);
                assertThat(found[1]).isGreaterThanOrEqualTo(found[0]);
                last = found[1];
            }
        } catch (RegexSyntaxException e) {
            assertThat(e).hasMessageContaining("'" + pattern + "'");
        }
    }

    /** On what both understand alike, whether the whole text matches is the same as with the JDK's engine. */
    @Property(tries = 2000)
    void matchesWhatTheJdkMatches(@ForAll("simple") String pattern, @ForAll("subjects") String subject)
            throws RegexSyntaxException {
        Matcher matcher = Pattern.compile(pattern).matcher(subject);
        assertThat(PosixRegex.compile(pattern).match(subject, NOTHING).isPresent())
                .isEqualTo(matcher.matches());
    }

    @Provide
    Arbitrary<String> patterns() {
        return Arbitraries.of(
                        "a",
                        "b",
                        ".",
                        "*",
                        "+",
                        "?",
                        "(",
                        ")",
                        "|",
                        "[",
                        "]",
                        "^",
                        "$",
                        "{",
                        "}",
                        ",",
                        "2",
                        "\\",
                        "[ab]",
                        "[^a]",
                        "[[:alpha:]]",
                        "[a-b]",
                        "{2}",
                        "{0,1}",
                        "-",
                        "[:",
                        ":]")
                .list()
                .ofMaxSize(8)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<String> simple() {
        return Arbitraries.of("a", "b", "(a|b)", "(ab|a)", "a*", "b+", "(a*b)*", ".", "(ab)?", "[ab]{1,2}", "(a|b*)+")
                .list()
                .ofMaxSize(5)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<String> subjects() {
        return Arbitraries.strings().withChars('a', 'b').ofMaxLength(8);
    }
}
