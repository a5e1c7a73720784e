package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults put into a switch, one after the other, twenty of them ({@code -Dfaults=100}: a hundred): each is refused or taken
 * back with the status that is written down for it, what counted before counts with its commands, and the next command works.
 */
@Tag("slow")
class SwitchFaultsTest {
    @TempDir
    private Path folder;

    private Desk desk;
    private Path state;
    private final List<Path> mounted = new ArrayList<>();

    @BeforeEach
    void aSystemWithTwoGenerations() throws IOException {
        // One of these faults damages a ref.
        desk = Desk.withSystem(folder).withStoreOfItsOwn();
        desk.forgetGenerations();
        state = folder.resolve("state");
        git("init", "-q", "-b", "main");
        desk.scripted("e2e-one", "true").scripted("e2e-two", "true");
        configure("First", "first = e2e-one;");
        assertThat(rebuild("switch").status()).isZero();
        configure("Second", "first = e2e-two; second = e2e-two;");
        assertThat(rebuild("build").status()).isZero();
    }

    @AfterEach
    void forgetTheSystem() throws IOException {
        for (Path disk : mounted) {
            desk.run(desk.command(List.of("umount", "--lazy", disk.toString())));
        }
    }

    private Outcome git(String... words) throws IOException {
        List<String> argv = new ArrayList<>(List.of("git", "-C", desk.config().toString()));
        argv.addAll(List.of(words));
        Outcome outcome = desk.run(desk.command(argv));
        assertThat(outcome.status()).as(outcome.toString()).isZero();
        return outcome;
    }

    private void configure(String subject, String applications) throws IOException {
        Files.writeString(
                desk.config().resolve("system.source.nix"), "{ system.applications = { " + applications + " }; }\n");
        git("add", "-A");
        git("commit", "-q", "-m", subject);
    }

    private static Outcome rebuild(Desk where, String... words) {
        String[] all = new String[words.length + 1];
        all[0] = "rebuild";
        System.arraycopy(words, 0, all, 1, words.length);
        return where.execute(all);
    }

    private Outcome rebuild(String... words) {
        return rebuild(desk, words);
    }

    /** A fault: puts itself in the way of a switch to the second generation, and gets out of it. */
    @FunctionalInterface
    private interface Fault {
        /** The statuses that the switch may end with. */
        Set<Integer> during(Random random) throws Exception;
    }

    private record Named(String name, Fault fault) {}

    private final List<Named> faults = List.of(
            new Named("disk of the state is full after some blocks", this::diskFull),
            new Named("state is on a disk that cannot be written", this::readOnly),
            new Named("a file is in the way of the profiles", random -> inTheWay("profiles")),
            new Named("a folder is in the way of the journal", random -> inTheWay("switch.json")),
            new Named("a folder is in the way of the lock", random -> inTheWay("switch.lock")),
            new Named("git is missing", random -> withGit("#!/bin/sh\nexit 127\n", false)),
            new Named("git is killed", random -> withGit(killedAt(random.nextInt(4) + 1), true)),
            new Named("git says nonsense", random -> withGit("#!/bin/sh\nhead -c 2000 /dev/urandom\n", true)),
            new Named("journal is damaged", this::damagedJournal),
            new Named("journal is of a generation that is not there", this::foreignJournal),
            new Named("ref of what counts is damaged", this::damagedRef),
            new Named("commit does not evaluate", random -> mistaken("{ system.hostnam = 1; }\n", 2)),
            new Named("program does not build", random -> failing("false", 100)),
            new Named("program cannot be built", random -> mistaken("{ system.applications.a = firefox; }\n", 2)),
            new Named(
                    "a hook of somebody's own fails",
                    random -> pushed("pre-receive", "exit " + (random.nextInt(100) + 1))),
            new Named("a hook of somebody's own is killed", random -> pushed("pre-receive", "kill -9 $$")),
            new Named("disk of the store is full", this::storeFull),
            new Named("nobody confirms", random -> switched(desk, "--confirm", "1ms")),
            new Named("clock is set back while it waits", this::clockSetBack),
            new Named("commands were replaced by hand", this::replacedCommands));

    private Set<Integer> switched(Desk where, String... more) {
        List<String> words = new ArrayList<>(List.of("switch", "--retry"));
        words.addAll(List.of(more));
        last = rebuild(where, words.toArray(String[]::new));
        return Set.of(110);
    }

    private Outcome last = new Outcome(0, "", "");

    private Desk withState(Path other) {
        return desk.with("SOURCEOS_STATE", other.toString());
    }

    private Path mount(String options) throws IOException {
        assumeTrue(User.isRoot(), "only root can mount a small disk");
        Path disk = Files.createTempDirectory(folder, "disk-");
        Outcome made = desk.run(desk.command(List.of("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk.toString())));
        assumeTrue(made.status() == 0, "cannot mount here: " + made.err());
        mounted.add(disk);
        Outcome copied = desk.run(desk.command(List.of("cp", "-a", state + "/.", disk.toString())));
        assertThat(copied.status()).as(copied.toString()).isZero();
        return disk;
    }

    /** The state as it is on another disk takes the place of the state for one command. */
    private Set<Integer> diskFull(Random random) throws IOException {
        Path disk = mount("size=2m,mode=755");
        byte[] filling = new byte[4 << 20];
        Path ballast = disk.resolve("ballast");
        try (var out = Files.newOutputStream(ballast)) {
            out.write(filling);
        } catch (IOException e) {
            // Full, as it shall be; some pages of it are given back, so that the switch gets to another step each time.
        }
        try (var file = java.nio.channels.FileChannel.open(ballast, java.nio.file.StandardOpenOption.WRITE)) {
            file.truncate(Math.max(0, file.size() - 4096L * random.nextInt(14)));
        }
        Desk small = withState(disk);
        last = rebuild(small, "switch", "--retry");
        boolean switched = last.status() == 0;
        Files.delete(ballast);
        assertThat(rebuild(small, "status").out()).startsWith("generation " + (switched ? 2 : 1) + " ");
        assertThat(Files.readSymbolicLink(disk.resolve("profile"))).hasToString("profiles/" + (switched ? 2 : 1));
        rebuild("switch", "main~1");
        return Set.of(0, 1);
    }

    private Set<Integer> readOnly(Random random) throws IOException {
        Path disk = mount("size=2m,mode=755");
        desk.run(desk.command(List.of("mount", "-o", "remount,ro", disk.toString())));
        last = rebuild(withState(disk), "switch", "--retry");
        return Set.of(1);
    }

    private Set<Integer> inTheWay(String name) throws IOException {
        Path place = state.resolve(name);
        Path kept = folder.resolve("kept-" + name);
        boolean there = Files.exists(place);
        if (there) {
            Files.move(place, kept);
        }
        if (name.equals("profiles")) {
            Files.writeString(place, "in the way");
        } else {
            Files.createDirectories(place.resolve("in-the-way"));
        }
        last = rebuild("switch", "--retry");
        desk.run(desk.command(List.of("rm", "-rf", place.toString())));
        if (there) {
            Files.move(kept, place);
        }
        return Set.of(1);
    }

    /** Another git before the real one, or none at all. */
    private Set<Integer> withGit(String script, boolean there) throws IOException {
        Path bin = Files.createTempDirectory(folder, "bin-");
        Desk other = desk.with("PATH", bin.toString());
        if (there) {
            Path git = Files.writeString(
                    bin.resolve("git"),
                    script.replace("COUNT", bin.resolve("count").toString()));
            assertThat(git.toFile().setExecutable(true)).isTrue();
            other = desk.with("PATH", bin + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        }
        last = rebuild(other, "switch", "--retry");
        if (last.status() == 0) {
            rebuild("switch", "main~1");
        }
        return Set.of(0, 1);
    }

    private static String killedAt(int call) {
        return "#!/bin/sh\necho >> COUNT\ntest $(wc -l < COUNT) -ne " + call
                + " || kill -9 $$\nexec /usr/bin/git \"$@\"\n";
    }

    private Set<Integer> damagedJournal(Random random) throws IOException {
        byte[] noise = new byte[random.nextInt(64)];
        random.nextBytes(noise);
        Files.write(state.resolve("switch.json"), noise);
        last = rebuild("switch", "main~1");
        return Set.of(0);
    }

    private Set<Integer> foreignJournal(Random random) throws IOException {
        Files.writeString(state.resolve("switch.json"), "{\"from\":1,\"to\":" + (1000 + random.nextInt(1000)) + "}");
        last = rebuild("switch", "main~1");
        return Set.of(0);
    }

    private Set<Integer> damagedRef(Random random) throws IOException {
        Path ref = Path.of(desk.git("rev-parse", "--absolute-git-dir").out().strip())
                .resolve("refs/system/current");
        assumeTrue(Files.exists(ref), "the store keeps its refs elsewhere");
        byte[] noise = new byte[41];
        random.nextBytes(noise);
        Files.write(ref, noise);
        // The commands say what counted.
        last = rebuild("switch", "main~1");
        return Set.of(0);
    }

    /** A push to a repository that is deployed, in which somebody's hook runs before ours. */
    private Set<Integer> pushed(String hook, String script) throws IOException {
        Path bare = Files.createTempDirectory(folder, "pushed-").resolve("system.git");
        git("init", "-q", "--bare", "-b", "main", bare.toString());
        Path own = Files.writeString(bare.resolve("hooks/" + hook), "#!/bin/sh\n" + script + "\n");
        assertThat(own.toFile().setExecutable(true)).isTrue();
        Outcome installed = desk.with("SOURCEOS_CONFIG", bare.toString()).execute("hooks", "install");
        assertThat(installed.status()).as(installed.toString()).isZero();
        last = desk.run(desk.command(List.of("git", "-C", desk.config().toString(), "push", bare.toString(), "main")));
        assertThat(last.err()).contains("pre-receive hook declined");
        Outcome refs = desk.run(desk.command(List.of("git", "-C", bare.toString(), "for-each-ref")));
        assertThat(refs.out()).isEmpty();
        return Set.of(1);
    }

    /** The store on a disk with little left: what a switch writes to it is a ref. */
    private Set<Integer> storeFull(Random random) throws IOException {
        assumeTrue(User.isRoot(), "only root can mount a small disk");
        Path refs = desk.store().resolve(".git/refs/system");
        Path disk = Files.createTempDirectory(folder, "disk-");
        Outcome made = desk.run(
                desk.command(List.of("mount", "-t", "tmpfs", "-o", "size=64k,mode=755", "tmpfs", disk.toString())));
        assumeTrue(made.status() == 0, "cannot mount here: " + made.err());
        mounted.add(disk);
        desk.run(desk.command(List.of("cp", "-a", refs + "/.", disk.toString())));
        try (var out = Files.newOutputStream(disk.resolve("ballast"))) {
            out.write(new byte[1 << 20]);
        } catch (IOException e) {
            // Full, as it shall be.
        }
        Outcome bound = desk.run(desk.command(List.of("mount", "--bind", disk.toString(), refs.toString())));
        assertThat(bound.status()).as(bound.toString()).isZero();
        last = rebuild("switch", "--retry");
        Outcome freed = desk.run(desk.command(List.of("umount", refs.toString())));
        assertThat(freed.status()).as(freed.toString()).isZero();
        return Set.of(1);
    }

    private Set<Integer> mistaken(String text, int status) throws IOException {
        Path entry = desk.config().resolve("system.source.nix");
        String good = Files.readString(entry);
        Files.writeString(entry, text);
        last = rebuild("switch", "--dirty");
        Files.writeString(entry, good);
        return Set.of(status);
    }

    private Set<Integer> failing(String script, int status) throws IOException {
        desk.scripted("e2e-failing", script);
        Set<Integer> expected = mistaken("{ system.applications.a = e2e-failing; }\n", status);
        Files.delete(desk.packages().resolve("e2e-failing.source.toml"));
        return expected;
    }

    private Set<Integer> clockSetBack(Random random) throws IOException {
        // As if it had been begun tomorrow.
        rebuild("switch", "--retry");
        long tomorrow = System.currentTimeMillis() + 86_400_000L;
        Files.writeString(
                state.resolve("switch.json"),
                "{\"from\":1,\"to\":2,\"since\":" + tomorrow + ",\"confirm_by\":" + (tomorrow + 60_000) + "}");
        last = rebuild("status");
        assertThat(last.err()).contains("nobody confirmed generation 2 in time");
        return Set.of(0);
    }

    private Set<Integer> replacedCommands(Random random) throws IOException {
        Files.writeString(state.resolve("profiles/1/bin/first"), "echo " + random.nextInt() + "\n");
        last = rebuild("switch", "main~1");
        assertThat(last.err()).contains("changed by hand, and is kept as ");
        return Set.of(0);
    }

    @Test
    void everyFaultIsRefusedOrTakenBackAndTheNextCommandWorks() throws Exception {
        int count = Integer.getInteger("faults", faults.size());
        for (int i = 0; i < count; i++) {
            Named fault = faults.get(i % faults.size());
            Set<Integer> allowed = fault.fault().during(new Random(i));
            String what = i + ": " + fault.name() + ": " + last;
            assertThat(allowed).as(what).contains(last.status());
            assertThat(last.err()).as(what).doesNotContain("an error in SourceOS itself");
            assertThat(rebuild("status").out()).as(what).startsWith("generation 1 (First) counts\n");
            assertThat(Files.readSymbolicLink(state.resolve("profile")))
                    .as(what)
                    .hasToString("profiles/1");
            assertThat(state.resolve("profile/bin/first")).as(what).isExecutable();
            assertThat(rebuild("switch", "--retry").out()).as(what).startsWith("generation 2 (Second) counts now");
            assertThat(rebuild("rollback").out()).as(what).startsWith("generation 1 (First) counts now");
        }
        desk.assertStoreIsSound();
    }
}
