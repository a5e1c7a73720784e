package org.sourceos.rebuild.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.gitstore.generation.GenerationManifest.Configuration;
import org.sourceos.gitstore.generation.GenerationManifest.Program;
import org.sourceos.gitstore.generation.Generations;
import org.sourceos.host.Cancellation;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.system.Switcher.Outcome;

class SwitcherTest {
    @TempDir
    private Path folder;

    private BuildCache cache;
    private Generations generations;
    private Path state;
    private Profile profile;
    private Switcher switcher;

    @BeforeEach
    void open() throws StoreException {
        cache = BuildCache.open(folder.resolve("store"), new Cancellation());
        generations = new Generations(cache);
        state = folder.resolve("state");
        profile = new Profile(state, Path.of("/opt/it's/sourceos"));
        switcher = new Switcher(generations, profile, state, Clock.systemUTC());
    }

    @AfterEach
    void close() {
        cache.close();
    }

    private Generation record(String... programs) throws StoreException {
        return generations.record(
                new Configuration(Optional.empty(), "a test"),
                List.of(programs).stream()
                        .map(name ->
                                new Program(name, Optional.empty(), name, "1", name + "-1", "{}", Optional.empty()))
                        .toList(),
                "{}",
                new TreeMap<>(),
                Instant.EPOCH);
    }

    private Outcome activate(Generation generation) throws RebuildException {
        return switcher.activate(generation, new Cancellation());
    }

    private void assertCounts(Optional<Generation> expected) throws Exception {
        assertThat(generations.current()).isEqualTo(expected);
        assertThat(profile.current()).isEqualTo(expected.map(Generation::number));
        assertThat(state.resolve("switch.json")).doesNotExist();
    }

    @Test
    void theRefAndTheCommandsChangeTogether() throws Exception {
        Generation first = record("hello", "jq");
        Generation second = record("hello");

        assertThat(activate(first)).isEqualTo(Outcome.DONE);
        assertCounts(Optional.of(first));
        assertThat(profile.link().resolve("bin/jq"))
                .content()
                .endsWith("exec '/opt/it'\\''s/sourceos' run jq \"$@\"\n");
        assertThat(activate(first)).isEqualTo(Outcome.NOTHING_TO_DO);
        assertThat(activate(second)).isEqualTo(Outcome.DONE);
        assertCounts(Optional.of(second));
        assertThat(profile.link().resolve("bin/jq")).doesNotExist();
        assertThat(Files.isExecutable(profile.link().resolve("bin/hello"))).isTrue();
    }

    @Test
    void whatNobodyConfirmsIsTakenBack() throws Exception {
        Generation first = record("hello");
        assertThat(switcher.activate(first, Duration.ofMillis(1), new Cancellation()))
                .isEqualTo(Outcome.REVERTED);
        assertCounts(Optional.empty());

        activate(first);
        Generation second = record("jq");
        assertThat(switcher.activate(second, Duration.ofMillis(1), new Cancellation()))
                .isEqualTo(Outcome.REVERTED);
        assertCounts(Optional.of(first));
    }

    @Test
    void whatIsConfirmedStays() throws Exception {
        activate(record("hello"));
        Generation second = record("jq");
        CompletableFuture<Outcome> outcome = waiting(second, new Cancellation());

        assertThat(switcher.confirm(new Cancellation()).map(Switcher.Waiting::to))
                .contains(second.number());
        assertThat(outcome.get(1, TimeUnit.MINUTES)).isEqualTo(Outcome.DONE);
        assertCounts(Optional.of(second));
        assertThat(switcher.confirm(new Cancellation())).isEmpty();
    }

    @Test
    void aWaitThatIsInterruptedIsTakenBack() throws Exception {
        Generation first = record("hello");
        activate(first);
        Cancellation cancellation = new Cancellation();
        CompletableFuture<Outcome> outcome = waiting(record("jq"), cancellation);

        assertThatThrownBy(() -> activate(first)).hasMessageContaining("waits to be confirmed");
        cancellation.cancel();

        assertThat(outcome.get(1, TimeUnit.MINUTES)).isEqualTo(Outcome.REVERTED);
        assertCounts(Optional.of(first));
    }

    /** A switch in another thread that waits to be confirmed, for longer than any test takes. */
    private CompletableFuture<Outcome> waiting(Generation generation, Cancellation cancellation) throws Exception {
        CompletableFuture<Outcome> outcome = CompletableFuture.supplyAsync(() -> {
            try {
                return switcher.activate(generation, Duration.ofHours(1), cancellation);
            } catch (RebuildException e) {
                throw new IllegalStateException(e);
            }
        });
        while (switcher.waiting().isEmpty() && !outcome.isDone()) {
            Thread.sleep(10);
        }
        return outcome;
    }

    /** Every state a killed switch can leave: the journal written, the ref moved or not, the commands exchanged or not. */
    @Test
    void aKilledSwitchIsFinishedOrTakenBack() throws Exception {
        Generation first = record("hello");
        Generation second = record("jq");
        activate(first);
        profile.prepare(second);
        SwitchJournal journal = new SwitchJournal(state.resolve("switch.json"));
        SwitchJournal.Entry entry = new SwitchJournal.Entry(Optional.of(1), 2, Optional.empty());

        journal.write(entry);
        switcher.recover(new Cancellation());
        assertCounts(Optional.of(first));

        journal.write(entry);
        generations.makeCurrent(second);
        switcher.recover(new Cancellation());
        assertCounts(Optional.of(second));

        activate(first);
        journal.write(entry);
        generations.makeCurrent(second);
        profile.point(2);
        switcher.recover(new Cancellation());
        assertCounts(Optional.of(second));
    }

    @Test
    void aKilledSwitchThatSomebodyShouldConfirmIsTakenBackUnlessItWasComplete() throws Exception {
        Generation first = record("hello");
        Generation second = record("jq");
        activate(first);
        profile.prepare(second);
        SwitchJournal journal = new SwitchJournal(state.resolve("switch.json"));
        Instant later = Instant.now().plusSeconds(3600);

        journal.write(new SwitchJournal.Entry(Optional.of(1), 2, Optional.of(later)));
        generations.makeCurrent(second);
        switcher.recover(new Cancellation());
        assertCounts(Optional.of(first));

        journal.write(new SwitchJournal.Entry(Optional.of(1), 2, Optional.of(later)));
        generations.makeCurrent(second);
        profile.point(2);
        switcher.recover(new Cancellation());
        assertThat(switcher.waiting().map(Switcher.Waiting::to)).contains(2);
        switcher.confirm(new Cancellation());
        assertCounts(Optional.of(second));

        activate(first);
        journal.write(new SwitchJournal.Entry(Optional.of(1), 2, Optional.of(Instant.EPOCH)));
        generations.makeCurrent(second);
        profile.point(2);
        switcher.recover(new Cancellation());
        assertCounts(Optional.of(first));
    }

    private Outcome attempt(Generation generation) throws RebuildException {
        return switcher.attempt(generation, new Cancellation());
    }

    @Test
    void whatIsTriedIsActiveAndWhatCountedCounts() throws Exception {
        Generation first = record("hello");
        Generation second = record("jq");
        activate(first);

        assertThat(attempt(second)).isEqualTo(Outcome.DONE);
        assertThat(generations.current()).contains(first);
        assertThat(profile.link().resolve("bin/jq")).isExecutable();
        assertThat(switcher.tried()).contains(2);
        assertThat(switcher.active()).contains(second);
        assertThat(attempt(second)).isEqualTo(Outcome.NOTHING_TO_DO);

        assertThat(activate(first)).isEqualTo(Outcome.DONE);
        assertCounts(Optional.of(first));
        assertThat(switcher.tried()).isEmpty();

        attempt(second);
        assertThat(activate(second)).isEqualTo(Outcome.DONE);
        assertCounts(Optional.of(second));
        assertThat(switcher.tried()).isEmpty();
    }

    @Test
    void tryingWhatCountsEndsATrial() throws Exception {
        Generation first = record("hello");
        activate(first);
        attempt(record("jq"));

        assertThat(attempt(first)).isEqualTo(Outcome.DONE);
        assertCounts(Optional.of(first));
        assertThat(switcher.tried()).isEmpty();
        assertThat(switcher.active()).contains(first);
    }

    @Test
    void aTrialEndsWithTheStartOfTheComputer() throws Exception {
        Generation first = record("hello");
        activate(first);
        new Switcher(
                        generations,
                        profile,
                        new Trial(state, "an earlier start"),
                        Follower.none(),
                        state,
                        Clock.systemUTC())
                .attempt(record("jq"), new Cancellation());

        assertThat(switcher.tried()).isEmpty();
        assertThat(switcher.active()).contains(first);
        switcher.recover(new Cancellation());
        assertCounts(Optional.of(first));
        assertThat(state.resolve("trial.json")).doesNotExist();
    }

    @Test
    void aTrialBeforeTheFirstSwitchEndsWithNoCommandsAtAll() throws Exception {
        new Switcher(
                        generations,
                        profile,
                        new Trial(state, "an earlier start"),
                        Follower.none(),
                        state,
                        Clock.systemUTC())
                .attempt(record("jq"), new Cancellation());

        switcher.recover(new Cancellation());
        assertCounts(Optional.empty());
    }

    @Test
    void aKilledTrialIsTakenBack() throws Exception {
        Generation first = record("hello");
        activate(first);
        record("jq");
        Trial trial = Trial.of(state);

        trial.write(2);
        switcher.recover(new Cancellation());
        assertCounts(Optional.of(first));
        assertThat(trial.isNoted()).isFalse();
    }

    /** The commands are there already, so they do not show that the ref was moved. */
    @Test
    void aKilledSwitchToWhatWasTriedIsTakenBackUnlessTheRefHadMoved() throws Exception {
        Generation first = record("hello");
        Generation second = record("jq");
        activate(first);
        attempt(second);
        SwitchJournal journal = new SwitchJournal(state.resolve("switch.json"));
        Instant later = Instant.now().plusSeconds(3600);

        journal.write(new SwitchJournal.Entry(Optional.of(1), 2, Optional.of(later)));
        switcher.recover(new Cancellation());
        assertCounts(Optional.of(first));

        attempt(second);
        journal.write(new SwitchJournal.Entry(Optional.of(1), 2, Optional.empty()));
        generations.makeCurrent(second);
        switcher.recover(new Cancellation());
        assertCounts(Optional.of(second));
        assertThat(switcher.tried()).isEmpty();
    }

    @Test
    void aSwitchThatCannotBeMadeLeavesWhatCounted() throws Exception {
        Generation first = record("hello");
        activate(first);
        Generation second = record("jq");
        // Where the folders should be, somebody has put a file.
        Files.move(state.resolve("profiles"), state.resolve("elsewhere"));
        Files.writeString(state.resolve("profiles"), "in the way");

        assertThatThrownBy(() -> activate(second))
                .isInstanceOf(RebuildException.class)
                .hasMessageContaining("cannot switch to generation 2");
        assertThat(generations.current()).contains(first);
        assertThat(profile.current()).contains(1);
        Files.delete(state.resolve("profiles"));
        Files.move(state.resolve("elsewhere"), state.resolve("profiles"));
        assertThat(activate(second)).isEqualTo(Outcome.DONE);
    }

    @Test
    void withADamagedJournalTheRefSaysWhatCounts() throws Exception {
        Generation first = record("hello");
        Generation second = record("jq");
        activate(first);
        profile.prepare(second);
        for (String text : List.of("{\"to\":", "", "[]", "{\"from\":1}", "\0\0\0")) {
            Files.writeString(state.resolve("switch.json"), text);
            profile.point(2);
            switcher.recover(new Cancellation());
            assertCounts(Optional.of(first));
        }
    }

    @Test
    void aClockThatIsSetBackEndsTheWait() throws Exception {
        Generation first = record("hello");
        activate(first);
        Generation second = record("jq");
        assertThat(switcher.begin(second, Duration.ofHours(1), true, new Cancellation()))
                .isEqualTo(Outcome.WAITING);
        switcher.recover(new Cancellation());
        assertThat(generations.current()).contains(second);
        Clock before = Clock.offset(Clock.systemUTC(), Duration.ofDays(-1));
        new Switcher(generations, profile, state, before).recover(new Cancellation());
        assertCounts(Optional.of(first));
    }

    @Test
    void whatWasChangedByHandIsKeptAndNamed() throws Exception {
        Generation first = record("hello", "jq");
        Generation second = record("jq");
        activate(first);
        assertThat(profile.changed(first)).isEmpty();
        Path command = state.resolve("profiles/1/bin/hello");
        Files.writeString(command, "echo mine\n");
        Files.delete(state.resolve("profiles/1/bin/jq"));
        Files.writeString(state.resolve("profiles/1/bin/own"), "echo own\n");
        assertThat(profile.changed(first))
                .containsExactly("profiles/1/bin/hello", "profiles/1/bin/jq", "profiles/1/bin/own");

        activate(second);
        assertThat(profile.setAside()).isEmpty();
        activate(first);
        assertThat(profile.setAside()).containsExactly(state.resolve("profiles/1.changed-1"));
        assertThat(state.resolve("profiles/1.changed-1/bin/hello")).hasContent("echo mine");
        assertThat(profile.changed(first)).isEmpty();

        Files.delete(profile.link());
        Files.createDirectories(profile.link().resolve("bin"));
        assertThat(profile.changed(first)).containsExactly("profile");
        assertThat(activate(first)).isEqualTo(Outcome.DONE);
        assertThat(state.resolve("profile.changed-1/bin")).isDirectory();
        assertCounts(Optional.of(first));
    }

    /** What does not come up is taken back, what counted before is followed again, and the failure is remembered. */
    @Test
    void aGenerationWhoseMachinesDoNotComeUpIsTakenBack() throws Exception {
        Generation first = record("hello");
        Generation second = record("jq");
        List<Optional<Integer>> followed = new java.util.ArrayList<>();
        java.util.Set<Integer> broken = new java.util.HashSet<>();
        Follower follower = (active, cancellation) -> {
            followed.add(active.map(Generation::number));
            if (active.isPresent() && broken.contains(active.get().number())) {
                throw new RebuildException(RebuildException.Kind.UNUSABLE, "the machine web does not answer");
            }
        };
        Switcher following = new Switcher(generations, profile, follower, state, Clock.systemUTC());
        assertThat(following.activate(first, new Cancellation())).isEqualTo(Outcome.DONE);

        broken.add(2);
        assertThatThrownBy(() -> following.activate(second, new Cancellation()))
                .isInstanceOfSatisfying(
                        RebuildException.class, e -> assertThat(e.kind()).isEqualTo(RebuildException.Kind.REVERTED))
                .hasMessage(
                        "generation 2 was taken back, for the machine web does not answer; generation 1 counts again");
        assertCounts(Optional.of(first));
        assertThat(followed).containsExactly(Optional.of(1), Optional.of(2), Optional.of(1));
        assertThatThrownBy(() -> following.attempt(second, new Cancellation())).hasMessageContaining("taken back");
        assertCounts(Optional.of(first));
        assertThatThrownBy(() -> following.activate(second, Duration.ofMinutes(1), new Cancellation()))
                .hasMessageContaining("taken back");
        assertCounts(Optional.of(first));

        broken.add(1);
        assertThatThrownBy(() -> following.activate(second, new Cancellation()))
                .isInstanceOfSatisfying(
                        RebuildException.class,
                        e -> assertThat(e.kind()).isEqualTo(RebuildException.Kind.REVERT_FAILED));
        assertCounts(Optional.of(first));
    }

    @Test
    void aKilledSwitchWhoseMachinesDoNotComeUpIsTakenBack() throws Exception {
        Generation first = record("hello");
        Generation second = record("jq");
        activate(first);
        boolean[] service = {false};
        Follower follower = new Follower() {
            @Override
            public void follow(Optional<Generation> active, Cancellation cancellation) throws RebuildException {
                if (active.isPresent() && active.get().number() == 2) {
                    throw new RebuildException(RebuildException.Kind.UNUSABLE, "the machine web does not answer");
                }
            }

            @Override
            public void ready(Optional<Generation> next) throws RebuildException {
                if (!service[0]) {
                    throw new RebuildException(RebuildException.Kind.UNUSABLE, "there is no service");
                }
            }
        };
        Switcher following = new Switcher(generations, profile, follower, state, Clock.systemUTC());
        SwitchJournal journal = new SwitchJournal(state.resolve("switch.json"));
        SwitchJournal.Entry killed = new SwitchJournal.Entry(Optional.of(1), 2, Optional.empty());

        journal.write(killed);
        generations.makeCurrent(second);
        following.recover(new Cancellation());
        assertCounts(Optional.of(second));

        service[0] = true;
        journal.write(killed);
        following.recover(new Cancellation());
        assertCounts(Optional.of(first));
        assertThat(following.waiting()).isEmpty();
    }

    @Test
    void anInterruptedWaitForMachinesGoesBackToo() throws Exception {
        Generation first = record("hello");
        Generation second = record("jq");
        Cancellation interrupted = new Cancellation();
        Follower follower = (active, cancellation) -> {
            if (active.isPresent() && active.get().number() == 2) {
                interrupted.cancel();
                cancellation.throwIfCancelled();
            }
        };
        Switcher following = new Switcher(generations, profile, follower, state, Clock.systemUTC());
        following.activate(first, new Cancellation());
        assertThatThrownBy(() -> following.activate(second, interrupted))
                .isInstanceOf(java.util.concurrent.CancellationException.class);
        assertCounts(Optional.of(first));
    }
}
