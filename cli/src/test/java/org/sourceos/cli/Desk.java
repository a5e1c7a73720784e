package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessOutput;
import org.sourceos.host.ProcessResult;
import org.sourceos.host.ProcessRunner;
import org.sourceos.host.RunningProcess;

/**
 * Where an end-to-end test works: a working directory and a configuration of its own, over the one store that all tests
 * share, because its base and its kernel cost minutes. Commands run in this process ({@link #execute}), or in one of their
 * own as people start them ({@link #client}).
 */
final class Desk {
    /** Far beyond what anything here takes; a test that hangs fails with what it had said until then. */
    static final Duration PATIENCE = Duration.ofMinutes(10);

    /** Every program in {@code templates/packages}. */
    static final List<String> SHIPPED_PROGRAMS =
            List.of("busybox", "hello", "nano", "figlet", "sqlite3", "jq", "htop", "lua");

    private static final Duration GLANCE = Duration.ofMillis(50);
    private static final Path CACHE = cache();

    private final Path folder;
    private final Map<String, String> environment = new LinkedHashMap<>();

    private Desk(Path folder) {
        this.folder = folder;
        environment.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        environment.put("HOME", folder.resolve("home").toString());
        environment.put("USER", "tester");
        environment.put("SOURCEOS_STORE", CACHE.resolve("store").toString());
        environment.put("SOURCEOS_STATE", CACHE.resolve("state").toString());
        environment.put("SOURCEOS_CONFIG", folder.resolve("config").toString());
        environment.put("SOURCEOS_RUNTIME", folder.resolve("run").toString());
        environment.put("SOURCEOS_ACCEL", "auto");
        environment.put("SOURCEOS_SERVICE", "never");
    }

    /** One without a configuration: the shipped recipes, pinned as in the shared state. */
    static Desk in(Path folder) throws IOException {
        assumeTrue(
                Files.exists(TestContext.library().resolve("guest-init")),
                "no program in " + TestContext.library() + ": run ./sourceos --version, which builds it");
        Desk desk = new Desk(folder);
        Files.createDirectories(desk.work());
        Files.createDirectories(folder.resolve("home"));
        return desk;
    }

    /** The arguments of a command for all shipped programs: in one call those that need no other are built side by side. */
    static String[] withShippedPrograms(String... words) {
        List<String> arguments = new ArrayList<>(List.of(words));
        arguments.addAll(SHIPPED_PROGRAMS);
        return arguments.toArray(String[]::new);
    }

    /** One with a configuration of its own, whose lock begins as the shared one, so that its base is there already. */
    static Desk withConfiguration(Path folder) throws IOException {
        Desk desk = in(folder);
        Files.createDirectories(desk.packages());
        Path shared = CACHE.resolve("state/sourceos.lock");
        if (Files.notExists(shared) || !Files.readString(shared).contains("[bases")) {
            Outcome first = desk.without("SOURCEOS_CONFIG").execute("build", "hello");
            assertThat(first.status()).as(first.toString()).isZero();
        }
        Files.copy(shared, desk.config().resolve("sourceos.lock"));
        return desk;
    }

    /**
     * One with a configuration and generations of its own: state and identity for git besides. The store stays the shared one,
     * so {@link #forgetGenerations} belongs before and after.
     */
    static Desk withSystem(Path folder) throws IOException {
        return withConfiguration(folder)
                .with("SOURCEOS_STATE", folder.resolve("state").toString())
                .with("GIT_CONFIG_GLOBAL", "/dev/null")
                .with("GIT_AUTHOR_NAME", "tester")
                .with("GIT_AUTHOR_EMAIL", "tester@localhost")
                .with("GIT_COMMITTER_NAME", "tester")
                .with("GIT_COMMITTER_EMAIL", "tester@localhost");
    }

    /**
     * The same over a store of its own, a copy of the shared one, for who damages it. Folders that builds are made in stay
     * shared: they are only read.
     */
    Desk withStoreOfItsOwn() throws IOException {
        Path own = folder.resolve("store");
        Outcome copied = run(command(List.of(
                "sh",
                "-c",
                "mkdir \"$2\" && cp -a \"$1/.git\" \"$1/disks\" \"$2\" && ln -s \"$1/roots\" \"$2/roots\"",
                "sh",
                store().toString(),
                own.toString())));
        assertThat(copied.status()).as(copied.toString()).isZero();
        return with("SOURCEOS_STORE", own.toString());
    }

    /** So that no other test has the system of this one. */
    void forgetGenerations() throws IOException {
        String refs = git("for-each-ref", "--format=%(refname)", "refs/system").out();
        for (String ref : refs.lines().toList()) {
            git("update-ref", "-d", ref);
        }
    }

    private static Path cache() {
        String property = System.getProperty("sourceos.test.cache", "");
        return property.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".cache/sourceos-check")
                : Path.of(property).toAbsolutePath();
    }

    /** The working directory of commands. */
    Path work() {
        return folder.resolve("work");
    }

    Path config() {
        return folder.resolve("config");
    }

    Path packages() {
        return config().resolve("packages");
    }

    Path store() {
        return Path.of(environment.getOrDefault("SOURCEOS_STORE", ""));
    }

    Desk with(String variable, String value) {
        Desk changed = new Desk(folder);
        changed.environment.putAll(environment);
        changed.environment.put(variable, value);
        return changed;
    }

    /** Without a configuration, the state directory's lock counts. */
    private Desk without(String variable) {
        return with(variable, folder.resolve("none").toString());
    }

    /** Writes {@code NAME.source.toml}. */
    Desk recipe(String name, String text) throws IOException {
        Files.writeString(packages().resolve(name + ".source.toml"), text);
        return this;
    }

    /** A recipe whose source is a folder beside it with one file, built by {@code script}; {@code more} follows. */
    Desk scripted(String name, String script, String... more) throws IOException {
        Path source = Files.createDirectories(packages().resolve(name + "-source"));
        Files.writeString(source.resolve("greeting"), "hello from " + name + "\n");
        return recipe(name, """
                [package]
                name = "%s"
                version = "1.0"
                source = "path:%s-source"

                [build]
                script = '''
                %s
                '''
                install = 'install -D -m 755 greeting "$DESTDIR/usr/share/%s/greeting"'
                %s
                """.formatted(name, name, script, name, String.join("\n", more)));
    }

    /** A source that is configured and built as the kernel is, in no time. */
    void kernelThatIsOnlyAMakefile() throws IOException {
        scripted("linux", "true");
        recipe("linux", """
                [package]
                name = "linux"
                version = "6.9"
                source = "path:linux-source"

                [build]
                kind = "kernel"
                """);
        Files.writeString(packages().resolve("linux-source/Makefile"), """
                tinyconfig:
                \t: > .config
                olddefconfig:
                \tmkdir -p include/config; echo 6.9-sourceos > include/config/kernel.release
                vmlinux:
                \tcp /bin/true vmlinux
                bzImage:
                \tmkdir -p arch/x86/boot; grep PREEMPT .config > arch/x86/boot/bzImage
                """);
    }

    /** Takes what earlier runs of the tests built of {@code name} out of the store. */
    Desk forget(String name) throws IOException {
        String refs = git("for-each-ref", "--format=%(refname)", "refs/*/" + name + "-*")
                .out();
        for (String ref : refs.lines().toList()) {
            Outcome deleted = git("update-ref", "-d", ref);
            assertThat(deleted.status()).as(deleted.toString()).isZero();
        }
        return this;
    }

    Outcome execute(String... args) {
        return execute(new byte[0], args);
    }

    Outcome execute(byte[] stdin, String... args) {
        return outcome(context(stdin), args);
    }

    TestContext context(byte[] stdin) {
        return TestContext.of(work(), environment, stdin);
    }

    private static Outcome outcome(TestContext context, String... args) {
        int status = context.execute(args);
        return new Outcome(status, context.out(), context.err());
    }

    /** A command under way in this process, to be interrupted. */
    record Started(TestContext context, CompletableFuture<Outcome> outcome) {
        /** Waits for {@code text} in what was said on standard error so far. */
        void untilSays(String text) {
            until("it says " + text, () -> context.err().contains(text) || outcome.isDone(), context::err);
            assertThat(context.err()).contains(text);
        }

        void cancel() {
            context.context().cancellation().cancel();
        }

        Outcome await() throws Exception {
            return outcome.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    Started start(String... args) {
        TestContext context = context(new byte[0]);
        return new Started(context, CompletableFuture.supplyAsync(() -> outcome(context, args)));
    }

    /** The program as it is started by people. */
    Command client(String... args) {
        // Whoever runs the tests in the background of a shell has it ignore Ctrl-C, and so would what they start.
        List<String> argv = new ArrayList<>(List.of("env", "--default-signal=INT,HUP"));
        argv.add(TestContext.library().resolve("sourceos").toString());
        argv.addAll(List.of(args));
        return command(argv);
    }

    /** Any program, with the environment of this desk. */
    Command command(List<String> argv) {
        return Command.of(argv)
                .withOnlyEnvironment(environment)
                .withDirectory(work())
                .withTimeout(PATIENCE);
    }

    Outcome run(Command command) throws IOException {
        ProcessResult result = new ProcessRunner().run(command, new Cancellation());
        return new Outcome(result.exitStatus(), result.stdout(), result.stderrTail());
    }

    /** Starts a process whose standard output and error go to {@code output} together. */
    RunningProcess begin(Command command, Screen screen) throws IOException {
        return new ProcessRunner()
                .start(
                        command.withStdin(new Command.Stdin.Piped()),
                        new ProcessOutput.ToStream(screen),
                        new ProcessOutput.ToStream(screen),
                        new Cancellation());
    }

    /** The program on a terminal. */
    record OnTerminal(RunningProcess process, Screen screen) implements AutoCloseable {
        void type(String text) throws IOException {
            process.stdin().write(text.getBytes(StandardCharsets.UTF_8));
            process.stdin().flush();
        }

        @Override
        public void close() {
            process.close();
        }
    }

    /** Starts the program on a pseudo terminal of script(1), 24 lines of 80 columns. */
    OnTerminal onTerminal(String words) throws IOException {
        Screen screen = new Screen();
        String client = TestContext.library().resolve("sourceos").toString();
        String inside = "stty rows 24 cols 80; '" + client + "' " + words;
        Command script = with("TERM", "xterm").command(List.of("script", "-qec", inside, "/dev/null"));
        return new OnTerminal(begin(script, screen), screen);
    }

    /** Plain git on the store. */
    Outcome git(String... args) throws IOException {
        List<String> argv = new ArrayList<>(List.of("git", "-C", store().toString()));
        argv.addAll(List.of(args));
        return run(command(argv));
    }

    /** Nothing half-written: every object git can reach is there and right. */
    void assertStoreIsSound() throws IOException {
        Outcome fsck = git("fsck", "--full", "--strict", "--no-dangling", "--no-progress");
        assertThat(fsck.status()).as(fsck.toString()).isZero();
        // The store has no branch, and that HEAD names one is no fault.
        assertThat((fsck.out() + fsck.err()).lines()).allMatch(line -> line.startsWith("notice: "));
    }

    /** No build of {@code name} left anything in the store's {@code tmp}. */
    void assertNoTraceOf(String name) throws IOException {
        try (var entries = Files.list(store().resolve("tmp"))) {
            assertThat(entries.map(path -> path.getFileName().toString()))
                    .noneMatch(entry -> entry.startsWith("build-" + name + "-"));
        }
        assertThat(git("for-each-ref", "--format=%(refname)").out()).doesNotContain("/" + name + "-");
    }

    /** Programs that {@code process} started, directly or not. */
    static List<ProcessHandle> programs(ProcessHandle process, String name) {
        return process.descendants()
                .filter(p -> p.info().command().orElse("").endsWith("/" + name))
                .toList();
    }

    /** No sandbox and no machine of this process is left. */
    static void assertNoProcessIsLeft() {
        for (String program : List.of("bwrap", "qemu-system-x86_64")) {
            until(
                    program + " is gone",
                    () -> programs(ProcessHandle.current(), program).isEmpty(),
                    () -> "");
        }
    }

    static void until(String what, BooleanSupplier condition, java.util.function.Supplier<String> seen) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError(
                        "waited " + PATIENCE.toSeconds() + " s until " + what + "; seen: " + seen.get());
            }
            try {
                Thread.sleep(GLANCE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting until " + what, e);
            }
        }
    }

    /** Everything a program has written so far. */
    static final class Screen extends java.io.ByteArrayOutputStream {
        String text() {
            return toString(StandardCharsets.UTF_8);
        }

        void untilShows(String text) {
            until("the screen shows " + text, () -> text().contains(text), this::text);
        }
    }
}
