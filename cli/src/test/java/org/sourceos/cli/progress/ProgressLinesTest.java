package org.sourceos.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sourceos.rebuild.progress.StepListener.Outcome;

/** What is said of a step that takes minutes, to a log, a terminal and a program. */
final class ProgressLinesTest {
    private static final Optional<Duration> UNKNOWN = Optional.empty();

    private final MovingClock clock = new MovingClock();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    private List<String> lines() {
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** As the thread does that looks every second. */
    private void pass(PlainProgress plain, int seconds) {
        for (int i = 0; i < seconds; i++) {
            clock.passSeconds(1);
            plain.look();
        }
    }

    @Test
    void aLogHasALineNowAndThen() {
        PlainProgress plain = new PlainProgress(err, clock);
        plain.started("kernel linux", Optional.of(Duration.ofSeconds(240)));
        for (int second = 1; second <= 240; second++) {
            plain.progress("kernel linux", second * 100L / 240, 100);
            pass(plain, 1);
        }
        plain.finished("kernel linux", Outcome.DONE, Duration.ofSeconds(240));
        assertThat(lines())
                .startsWith(
                        "sourceos: kernel linux, about 4 min",
                        "sourceos: kernel linux: 30 s so far, 12 %, about 4 min left")
                .contains("sourceos: kernel linux: 2:00 so far, 50 %, about 2 min left")
                .endsWith("sourceos: kernel linux done, 4:00")
                .hasSizeBetween(6, 10);
    }

    @Test
    void aLogOfHoursIsStillShort() {
        PlainProgress plain = new PlainProgress(err, clock);
        plain.started("build all", UNKNOWN);
        pass(plain, 2 * 3600);
        assertThat(lines()).hasSizeBetween(10, 20);
    }

    @Test
    void whatIsQuickHasNoMoreThanItsBeginningAndEnd() {
        PlainProgress plain = new PlainProgress(err, clock);
        plain.started("fetch hello", UNKNOWN);
        pass(plain, 29);
        plain.finished("fetch hello", Outcome.FAILED, Duration.ofSeconds(29));
        pass(plain, 100);
        assertThat(lines()).containsExactly("sourceos: fetch hello", "sourceos: fetch hello failed after 29 s");
    }

    @Test
    void whereNothingIsKnownTheLastLineIsSaid() {
        PlainProgress plain = new PlainProgress(err, clock);
        plain.started("base debian-12", UNKNOWN);
        pass(plain, 30);
        plain.output("base debian-12", "Get:12 gcc\u0007" + "x".repeat(200));
        pass(plain, 30);
        assertThat(lines().subList(1, 3))
                .containsExactly(
                        "sourceos: base debian-12: 30 s so far",
                        "sourceos: base debian-12: 1:00 so far; last: Get:12 gcc" + "x".repeat(70) + "…");
    }

    @Test
    void twoStepsAtOnceAreEachToldOf() {
        PlainProgress plain = new PlainProgress(err, clock);
        plain.started("a", UNKNOWN);
        pass(plain, 10);
        plain.started("b", UNKNOWN);
        pass(plain, 30);
        assertThat(lines())
                .containsExactly("sourceos: a", "sourceos: b", "sourceos: a: 30 s so far", "sourceos: b: 30 s so far");
    }

    @Test
    void aTerminalHasOneLineThatIsDrawnAnew() {
        LiveProgress live = new LiveProgress(err, false, 80, clock);
        live.started("kernel linux", UNKNOWN);
        live.look();
        assertThat(lines()).as("what is quick stays quiet").isEmpty();
        live.progress("kernel linux", 1, 759);
        clock.passSeconds(60);
        live.progress("kernel linux", 253, 759);
        live.output("kernel linux", "  CC      kernel/fork.o\033[2J");
        live.look();
        assertThat(lines()).containsExactly("  kernel linux  1:00  33 %, about 2 min left  CC      kernel/fork.o[2J");
        live.look();
        assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("\033[1A\033[J");
        live.finished("kernel linux", Outcome.DONE, Duration.ofSeconds(180));
        assertThat(lines()).last().asString().endsWith("✓ kernel linux  3:00");
    }

    @Test
    void noLineIsWiderThanTheTerminal() {
        LiveProgress live = new LiveProgress(err, false, 40, clock);
        live.started("packages for " + "x".repeat(60), Optional.of(Duration.ofSeconds(10)));
        clock.passSeconds(60);
        live.output("packages for " + "x".repeat(60), "y".repeat(100));
        live.look();
        assertThat(lines()).singleElement().satisfies(line -> assertThat(line).hasSizeLessThan(40));
    }

    @Test
    void nothingIsDrawnAfterTheEnd() {
        LiveProgress live = new LiveProgress(err, false, 80, clock);
        live.started("a", UNKNOWN);
        clock.passSeconds(5);
        live.close();
        live.look();
        assertThat(lines()).isEmpty();
    }

    @Test
    void programsAreToldWhatIsLeft() {
        JsonProgress json = new JsonProgress(err, clock);
        json.started("build a", UNKNOWN);
        json.progress("build a", 1, 101);
        clock.passSeconds(20);
        json.progress("build a", 51, 101);
        List<JsonObject> events = lines().stream()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
        assertThat(events.get(0).has("estimate_ms")).isFalse();
        assertThat(events.get(1).has("left_ms")).isFalse();
        assertThat(events.get(2).get("done").getAsLong()).isEqualTo(51);
        assertThat(events.get(2).get("left_ms").getAsLong()).isEqualTo(20_000);
    }
}
