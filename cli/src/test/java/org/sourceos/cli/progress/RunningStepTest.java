package org.sourceos.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RunningStepTest {
    private final MovingClock clock = new MovingClock();

    private RunningStep unknown() {
        return new RunningStep(clock, Optional.empty());
    }

    private RunningStep known(long seconds) {
        return new RunningStep(clock, Optional.of(Duration.ofSeconds(seconds)));
    }

    @Test
    void saysNothingWhereNothingIsKnown() {
        RunningStep step = unknown();
        clock.passSeconds(100);
        assertThat(step.howFar()).isEmpty();
        assertThat(step.elapsed()).isEqualTo(Duration.ofSeconds(100));
    }

    @Test
    void foreseesTheEndByThePaceSoFar() {
        RunningStep step = unknown();
        step.at(1, 1000);
        clock.passSeconds(30);
        step.at(20, 1000);
        assertThat(step.howFar()).as("too little to say when").isEqualTo("2 %");
        clock.passSeconds(30);
        step.at(251, 1000);
        assertThat(step.howFar()).isEqualTo("25 %, about 3 min left");
        clock.passSeconds(120);
        step.at(900, 1000);
        assertThat(step.howFar()).isEqualTo("90 %, about 20 s left");
    }

    /** Unpacking and configuring is slow and counts nothing. */
    @Test
    void takesThePaceFromWhereCountingBegan() {
        RunningStep step = unknown();
        clock.passSeconds(60);
        step.at(1, 101);
        clock.passSeconds(10);
        step.at(21, 101);
        assertThat(step.left()).contains(Duration.ofSeconds(40));
    }

    @Test
    void atFirstWhatWasBeforeCountsAndThenThePace() {
        RunningStep step = known(240);
        assertThat(step.howFar()).isEqualTo("0 %, about 4 min left");
        step.at(0, 300);
        clock.passSeconds(20);
        step.at(1, 300);
        assertThat(step.left()).contains(Duration.ofSeconds(220));
        clock.passSeconds(40);
        step.at(31, 300);
        assertThat(step.left().orElseThrow())
                .as("between what is left of the last time and the pace")
                .isBetween(Duration.ofSeconds(181), Duration.ofSeconds(358));
        clock.passSeconds(60);
        step.at(101, 300);
        assertThat(step.left()).as("the pace alone").contains(Duration.ofSeconds(199));
    }

    @Test
    void withoutAMeasureTheLastTimeIsTheMeasure() {
        RunningStep step = known(40);
        clock.passSeconds(10);
        assertThat(step.howFar()).isEqualTo("25 %, about 30 s left");
        clock.passSeconds(32);
        assertThat(step.howFar()).isEqualTo("99 %");
        clock.passSeconds(60);
        assertThat(step.howFar()).isEqualTo("99 %, longer than expected");
    }

    @Test
    void aSlowerTimeThanTheLastIsSaidWithWhatIsStillExpected() {
        RunningStep step = known(60);
        step.at(1, 101);
        clock.passSeconds(100);
        step.at(51, 101);
        assertThat(step.howFar()).isEqualTo("50 %, longer than expected, about 2 min left");
    }

    @Test
    void moreLinesThanExpectedAreNeverAHundredPercent() {
        RunningStep step = unknown();
        step.at(1, 100);
        clock.passSeconds(100);
        step.at(100, 100);
        assertThat(step.howFar()).as("it may be linking").isEqualTo("99 %");
        clock.passSeconds(30);
        assertThat(step.howFar()).isEqualTo("99 %, longer than expected");
    }

    @Test
    void aClockThatGoesBackMakesNothingNegative() {
        RunningStep step = known(60);
        clock.passSeconds(30);
        step.at(10, 100);
        clock.passSeconds(-3600);
        assertThat(step.elapsed()).isZero();
        assertThat(step.howFar()).startsWith("10 %").doesNotContain("-");
    }

    @Test
    void whateverHappensTheNumbersCanBeTrue() {
        Random random = new Random(7);
        for (int run = 0; run < 2_000; run++) {
            RunningStep step = random.nextBoolean() ? unknown() : known(random.nextInt(500));
            for (int i = 0; i < 20; i++) {
                clock.pass(Duration.ofMillis(random.nextInt(100_000) - 20_000));
                step.at(random.nextInt(200) - 5, random.nextInt(150));
                step.percent().ifPresent(percent -> assertThat(percent).isBetween(0, 99));
                step.left().ifPresent(left -> assertThat(left).isPositive());
                assertThat(step.howFar()).doesNotContain("-").doesNotContain("100 %");
            }
        }
    }

    @Test
    void printsAreCleanedBeforeATerminalSeesThem() {
        RunningStep step = unknown();
        step.said("  CC  \033[2Ja.o\007 ");
        assertThat(step.last()).isEqualTo("CC  [2Ja.o");
        step.said("   ");
        assertThat(step.last()).isEqualTo("CC  [2Ja.o");
    }

    @Test
    void estimatesAreNoMoreExactThanTheyAre() {
        assertThat(DurationText.about(Duration.ofMillis(10))).isEqualTo("a few seconds");
        assertThat(DurationText.about(Duration.ofSeconds(5))).isEqualTo("about 10 s");
        assertThat(DurationText.about(Duration.ofSeconds(54))).isEqualTo("about 50 s");
        assertThat(DurationText.about(Duration.ofSeconds(55))).isEqualTo("about 1 min");
        assertThat(DurationText.about(Duration.ofSeconds(89))).isEqualTo("about 1 min");
        assertThat(DurationText.about(Duration.ofSeconds(90))).isEqualTo("about 2 min");
        assertThat(DurationText.about(Duration.ofMinutes(59))).isEqualTo("about 59 min");
        assertThat(DurationText.about(Duration.ofMinutes(62))).isEqualTo("about 1 h");
        assertThat(DurationText.about(Duration.ofMinutes(146))).isEqualTo("about 2 h 30 min");
    }
}
