package org.sourceos.config.nix.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sourceos.config.nix.ParseException;

/** Formatting changes nothing but layout, and nothing at all the second time, however a text was laid out. */
class FormatterPropertiesTest {
    static Stream<Texts.Sample> samples() throws IOException {
        return Texts.all().stream();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void keepsMeaningCommentsAndTokens(Texts.Sample sample) throws ParseException {
        Texts.check(sample.text(), sample.dialect());
    }

    @Test
    void thereAreManySamples() throws IOException {
        assertThat(samples()).hasSizeGreaterThan(500);
    }

    private static void run(long seed, long untilMillis, int most) throws IOException {
        List<Texts.Sample> samples = Texts.all();
        for (int i = 0; i < most && System.currentTimeMillis() < untilMillis; i++) {
            Random random = new Random(seed + i);
            boolean dialect = random.nextBoolean();
            List<String> texts = samples.stream()
                    .filter(sample ->
                            sample.dialect() == dialect && sample.text().length() < 1_000)
                    .map(Texts.Sample::text)
                    .toList();
            LayoutFuzz fuzz = new LayoutFuzz(random);
            String text = fuzz.scrambled(fuzz.composed(texts, random.nextInt(3)));
            try {
                Texts.check(text, dialect);
            } catch (ParseException | RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + (seed + i) + ":\n" + text, e);
            }
        }
    }

    @Test
    void noLayoutBreaksTheFormatter() throws Exception {
        run(20_240_701L, System.currentTimeMillis() + 20_000, 3_000);
    }

    /** Ten minutes of it: {@code -Dfuzz.seconds=600}. */
    @Test
    @Tag("slow")
    void noLayoutBreaksTheFormatterForLonger() throws Exception {
        long seconds = Long.getLong("fuzz.seconds", 30);
        run(
                Long.getLong("fuzz.seed", System.nanoTime()),
                System.currentTimeMillis() + seconds * 1000,
                Integer.MAX_VALUE);
    }
}
