package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every shipped program, built from source and run in its machine. */
@Tag("vm")
@Tag("slow")
class ShippedProgramsTest {
    private static final long HELLO_LIMIT = 5_000_000;

    @TempDir
    private Path folder;

    private Desk desk;

    /** In one call, because it builds several at a time. */
    @BeforeAll
    static void everythingIsBuilt(@TempDir Path folder) throws IOException {
        Outcome outcome = Desk.in(folder).execute(Desk.withShippedPrograms("build"));
        assertThat(outcome.status()).as(outcome.toString()).isZero();
    }

    @BeforeEach
    void sitDown() throws IOException {
        desk = Desk.in(folder);
    }

    @AfterEach
    void nothingIsLeftRunning() {
        Desk.assertNoProcessIsLeft();
        assertThat(folder.resolve("run"))
                .satisfiesAnyOf(
                        run -> assertThat(run).doesNotExist(),
                        run -> assertThat(run).isEmptyDirectory());
    }

    private Outcome run(String... args) {
        return feed("", args);
    }

    private Outcome feed(String stdin, String... args) {
        String[] all = new String[args.length + 1];
        all[0] = "run";
        System.arraycopy(args, 0, all, 1, args.length);
        return desk.execute(stdin.getBytes(StandardCharsets.UTF_8), all);
    }

    private static void assertSays(Outcome outcome, String expected) {
        assertThat(outcome.status()).as(outcome.toString()).isZero();
        assertThat(outcome.out()).as(outcome.toString()).isEqualTo(expected);
    }

    @Test
    void helloSaysHello() {
        assertSays(run("hello"), "Hello, world!\n");
        assertSays(run("hello", "--greeting=Good day"), "Good day\n");
    }

    @Test
    void figletDrawsLetters() {
        Outcome outcome = run("figlet", "-f", "small", "SourceOS");
        assertThat(outcome.status()).as(outcome.toString()).isZero();
        assertThat(outcome.out().lines()).hasSizeGreaterThan(3);
        assertThat(outcome.out()).contains("___|");
    }

    @Test
    void sqliteAnswersSqlOnStandardInput() {
        assertSays(feed("create table t(a); insert into t values(40),(2); select sum(a) from t;", "sqlite3"), "42\n");
    }

    @Test
    void sqliteKeepsADatabaseInTheFolderOfItsFile() throws IOException {
        Path data = Files.createDirectories(desk.work().resolve("data"));
        assertSays(run("sqlite3", "data/test.db", "create table t(a); insert into t values('kept');"), "");
        assertThat(data.resolve("test.db")).isRegularFile();
        assertSays(run("sqlite3", "data/test.db", "select a from t"), "kept\n");
    }

    @Test
    void jqMatchesRegularExpressionsWithOniguruma() {
        assertSays(
                feed("[\"a1\",\"b\",\"é2\"]", "jq", "-c", "[.[] | select(test(\"^\\\\p{L}[0-9]$\"))]"),
                "[\"a1\",\"é2\"]\n");
        Outcome failing = feed("1", "jq", "error(\"so it is\")");
        assertThat(failing.status()).as(failing.toString()).isEqualTo(5);
        assertThat(failing.err()).contains("jq: error", "so it is");
    }

    @Test
    void luaRunsAScriptOfTheWorkingDirectoryAndOnesOnTheCommandLine() throws IOException {
        assertSays(run("lua", "-e", "print(6 * 7)"), "42\n");
        Files.writeString(desk.work().resolve("sum.lua"), "print(arg[1] + arg[2])");
        assertSays(run("lua", "sum.lua", "40", "2"), "42\n");
    }

    @Test
    void busyboxHandsOnItsExitStatus() {
        assertThat(run("busybox", "sh", "-c", "exit 7").status()).isEqualTo(7);
        assertThat(run("busybox", "sh", "-c", "kill -TERM $$").status()).isEqualTo(128 + 15);
        Outcome missing = run("--command", "no-such-program", "busybox");
        assertThat(missing.status()).isEqualTo(127);
        assertThat(missing.err()).contains("no-such-program");
    }

    @Test
    void aMebibyteGoesInAndOutUnchanged() {
        byte[] bytes = new byte[1 << 20];
        new Random(1).nextBytes(bytes);
        TestContext context = desk.context(bytes);
        assertThat(context.execute("run", "busybox", "cat")).as(context.err()).isZero();
        assertThat(context.outBytes().toByteArray()).isEqualTo(bytes);
    }

    @Test
    void standardOutputAndErrorStayApart() {
        Outcome outcome = run("busybox", "sh", "-c", "echo out; echo err >&2; echo out again");
        assertSays(outcome, "out\nout again\n");
        assertThat(outcome.err().lines()).contains("err").doesNotContain("out");
    }

    @Test
    void htopTellsItsVersion() {
        Outcome outcome = run("htop", "--version");
        assertThat(outcome.status()).as(outcome.toString()).isZero();
        assertThat(outcome.out()).startsWith("htop ");
    }

    @Test
    void htopDrawsOnATerminalAndQuits() throws IOException {
        try (Desk.OnTerminal terminal = desk.onTerminal("run htop")) {
            terminal.screen().untilShows("Load average");
            terminal.type("q");
            assertThat(terminal.process().await().exitStatus())
                    .as(terminal.screen().text())
                    .isZero();
        }
    }

    @Test
    void nanoEditsAFileOfTheWorkingDirectory() throws IOException {
        Path notes = Files.writeString(desk.work().resolve("notes.txt"), "first line\n");
        try (Desk.OnTerminal terminal = desk.onTerminal("run nano notes.txt")) {
            terminal.screen().untilShows("first line");
            terminal.type("typed in the machine\r");
            terminal.screen().untilShows("typed in the machine");
            terminal.type("\u000f"); // Ctrl-O: write
            terminal.screen().untilShows("File Name to Write");
            terminal.type("\r");
            terminal.screen().untilShows("Wrote 2 lines");
            terminal.type("\u0018"); // Ctrl-X: exit
            assertThat(terminal.process().await().exitStatus())
                    .as(terminal.screen().text())
                    .isZero();
        }
        assertThat(notes).hasContent("typed in the machine\nfirst line\n");
    }

    @Test
    void aSecondBuildBuildsNothing() {
        Outcome second = desk.execute(Desk.withShippedPrograms("build", "--json"));
        assertThat(second.status()).as(second.toString()).isZero();
        assertThat(second.started()).isEmpty();
    }

    @Test
    void noShippedProgramIsLeftOutOfTheseTests() throws IOException {
        Set<String> recipes;
        try (Stream<Path> files = Files.walk(Path.of("../templates/packages"))) {
            recipes = files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".source.toml"))
                    .map(file -> file.replace(".source.toml", ""))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
        recipes.removeAll(Set.of(
                "linux", "ncurses", "oniguruma", "libslirp", "qemu")); // no programs of a machine: built for the others
        assertThat(recipes).containsExactlyInAnyOrderElementsOf(Desk.SHIPPED_PROGRAMS);
    }

    private JsonObject manifest(String name) {
        Outcome built = desk.execute("build", "--json", name);
        assertThat(built.status()).as(built.toString()).isZero();
        Outcome shown = desk.execute("store", "show", built.json().get("ref").getAsString(), "--manifest");
        assertThat(shown.status()).as(shown.toString()).isZero();
        return shown.json();
    }

    private JsonObject layer(String image, String name) {
        for (JsonElement layer : manifest(image).getAsJsonArray("layers")) {
            if (layer.getAsJsonObject().get("name").getAsString().equals(name)) {
                return layer.getAsJsonObject();
            }
        }
        throw new AssertionError(image + " has no layer " + name + ": " + manifest(image));
    }

    @Test
    void nanoAndHtopShareOneLayerOfNcurses() {
        assertThat(layer("nano", "ncurses").get("tree"))
                .isEqualTo(layer("htop", "ncurses").get("tree"));
    }

    @Test
    void allOfHelloButItsKernelIsBelowFiveMegabytes() {
        long bytes = 0;
        for (JsonElement layer : manifest("hello").getAsJsonArray("layers")) {
            bytes += layer.getAsJsonObject().get("bytes").getAsLong();
        }
        assertThat(bytes).isPositive().isLessThan(HELLO_LIMIT);
    }

    @Test
    void programsThatAskForTheSameFeaturesShareOneKernel() {
        assertThat(manifest("lua").getAsJsonObject("kernel").get("key"))
                .isEqualTo(manifest("hello").getAsJsonObject("kernel").get("key"));
    }

    @Test
    void plainGitReadsTheStore() throws IOException {
        String hello =
                desk.execute("build", "--json", "hello").json().get("ref").getAsString();
        String lua = desk.execute("build", "--json", "lua").json().get("ref").getAsString();
        assertThat(desk.git("ls-tree", "-r", "--name-only", hello).out().lines())
                .anyMatch(line -> line.endsWith("/usr/bin/hello"))
                .contains("manifest.json", "provenance.json");
        assertThat(desk.git("diff", "--stat", hello, lua).out()).contains("usr/bin/lua");
        assertThat(desk.git("log", "--format=%s", hello).out()).contains("hello");
        desk.assertStoreIsSound();
    }
}
