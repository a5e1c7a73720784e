package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong before a machine runs: a clear message, the right status, nothing half-written. */
@Tag("slow")
class FailuresTest {
    private static final String NO_SUCH_HASH = "0123456789abcdef".repeat(4);

    @TempDir
    private Path folder;

    private Desk desk;

    @BeforeEach
    void sitDown() throws IOException {
        desk = Desk.withConfiguration(folder);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        Desk.assertNoProcessIsLeft();
        desk.assertNoTraceOf("e2e-broken");
    }

    private Outcome fails(int status, String... args) {
        Outcome outcome = desk.execute(args);
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(status);
        assertThat(outcome.err()).doesNotContain("an error in SourceOS itself");
        return outcome;
    }

    private static String fetched(String location, String hash) {
        return """
                [package]
                name = "e2e-broken"
                version = "1.0"
                source = "%s"
                sha256 = "%s"

                [build]
                script = "true"
                """.formatted(location, hash);
    }

    @Test
    void allMistakesOfARecipeAreShownAtOnceWithTheirPlaces() throws IOException {
        desk.recipe("e2e-broken", """
                [package]
                nam = "e2e-broken"
                version = 7
                source = "path:e2e-broken-source"

                [build]
                scirpt = "make"
                """);
        Outcome outcome = fails(2, "build", "e2e-broken");
        String file = desk.packages().resolve("e2e-broken.source.toml").toString();
        assertThat(outcome.err())
                .contains(file + ":2:1: ", file + ":3:", file + ":7:1: ")
                .contains("nam = \"e2e-broken\"", "^", "name", "script");
        assertThat(fails(125, "run", "e2e-broken").err()).contains(file + ":2:1: ");
    }

    @Test
    void aMisspeltNameIsAnsweredWithTheRightOne() {
        assertThat(fails(2, "build", "helo").err()).contains("there is no recipe for helo", "did you mean hello?");
        assertThat(fails(125, "run", "helo").err()).contains("did you mean hello?");
    }

    @Test
    void aDependencyOfTheWrongVersionNamesBoth() throws IOException {
        desk.scripted("e2e-library", "true").scripted("e2e-broken", "true", "[dependencies]", "e2e-library = \"2\"");
        assertThat(fails(2, "build", "e2e-broken").err()).contains("e2e-library", "1.0", "2");
    }

    @Test
    void aCycleOfDependenciesIsShownAsAPath() throws IOException {
        desk.scripted("e2e-library", "true", "[dependencies]", "e2e-broken = \"*\"")
                .scripted("e2e-broken", "true", "[dependencies]", "e2e-library = \"*\"");
        assertThat(fails(2, "build", "e2e-broken").err()).contains("e2e-broken → e2e-library → e2e-broken");
    }

    @Test
    void aKernelFeatureWithoutAFragmentIsAnsweredWithANearOne() throws IOException {
        desk.scripted("e2e-broken", "true", "[runtime]", "kernel_features = [\"NETT\"]");
        assertThat(fails(2, "build", "e2e-broken").err())
                .contains("there is no kernel feature NETT", "did you mean NET?");
    }

    @Test
    void anUnreachableSourceIsNamedWithTheReason() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String location = "https://127.0.0.1:" + port + "/broken-1.0.tar.gz";
        desk.recipe("e2e-broken", fetched(location, NO_SUCH_HASH));
        assertThat(fails(1, "build", "e2e-broken").err()).contains(location);
    }

    @Test
    void aSourceThatIsNotWhatWasPinnedIsNotStored() throws IOException {
        HttpServer server = server();
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 5);
            exchange.getResponseBody().write("other".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            exchange.close();
        });
        server.start();
        try {
            String before = desk.git("for-each-ref", "refs/sources").out();
            desk.recipe("e2e-broken", fetched(at(server), NO_SUCH_HASH));
            assertThat(fails(102, "build", "e2e-broken").err())
                    .contains(at(server), NO_SUCH_HASH)
                    // SHA-256 of "other"
                    .contains("d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa");
            assertThat(desk.git("for-each-ref", "refs/sources").out()).isEqualTo(before);
        } finally {
            server.stop(0);
        }
    }

    private static HttpServer server() throws IOException {
        return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    private static String at(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/broken-1.0.tar.gz";
    }

    @Test
    void aFailingBuildShowsTheEndOfItsLogAndWhereTheRestIs() throws IOException {
        desk.scripted("e2e-broken", "for i in $(seq 100); do echo \"line $i\"; done\nexit 3");
        Outcome outcome = fails(100, "build", "e2e-broken");
        assertThat(outcome.err())
                .contains("cannot build e2e-broken 1.0: the build script ended with status 3")
                .contains("  line 100\n", "  line 71\n")
                .doesNotContain("  line 70\n");
        Path log = Path.of(after(outcome.err(), "the whole log: "));
        assertThat(log).content().contains("line 1\n");
    }

    /** As with make -j: what else was under way is said after it. */
    @Test
    void anErrorFarFromTheEndOfTheLogIsShownToo() throws IOException {
        desk.scripted(
                "e2e-broken",
                "echo 'main.c:3:1: error: expected declaration' >&2\nfor i in $(seq 100); do echo \"CC $i.o\"; done\nexit 2");
        assertThat(fails(100, "build", "e2e-broken").err())
                .contains(
                        "ended with status 2; its first errors:\n  main.c:3:1: error: expected declaration\nand the end of its log:\n")
                .contains("  CC 71.o\n");
    }

    /** What follows {@code label} on its line. */
    private static String after(String text, String label) {
        return text.lines()
                .filter(line -> line.contains(label))
                .map(line -> line.substring(line.indexOf(label) + label.length()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + label + " in " + text));
    }

    @Test
    void keepFailedKeepsTheTreeOfAFailedBuild() throws IOException {
        desk.scripted("e2e-broken", "echo made > made-by-the-build; false");
        Outcome outcome = fails(100, "build", "--keep-failed", "e2e-broken");
        Path kept = Path.of(after(outcome.err(), "the build tree is kept in ").replaceAll(";.*", ""));
        try {
            assertThat(kept.resolve("build/source/made-by-the-build")).hasContent("made");
        } finally {
            desk.run(desk.command(java.util.List.of("rm", "-rf", kept.toString())));
        }
    }

    @Test
    void aBuildThatWantsTheNetworkIsToldThatThereIsNone() throws IOException {
        desk.scripted("e2e-broken", "bash -c 'exec 3<>/dev/tcp/mirror.example/80'");
        assertThat(fails(100, "build", "e2e-broken").err()).contains("builds have no network: fetch what it wants");
    }

    @Test
    void aBuildCannotWriteOutsideOfItsTree() throws IOException {
        desk.scripted("e2e-broken", "touch /usr/lib/e2e-was-here");
        assertThat(fails(100, "build", "e2e-broken").err()).contains("Read-only file system");
        Path outside = folder.resolve("outside");
        desk.scripted("e2e-broken", "echo escaped > " + outside);
        fails(100, "build", "e2e-broken");
        assertThat(outside).doesNotExist();
    }

    @Test
    void anInstallScriptThatInstallsNothingIsAFailure() throws IOException {
        desk.scripted("e2e-broken", "true");
        Path recipe = desk.packages().resolve("e2e-broken.source.toml");
        Files.writeString(recipe, Files.readString(recipe).replaceAll("(?m)^install = .*$", "install = \"true\""));
        assertThat(fails(100, "build", "e2e-broken").err()).contains("$DESTDIR");
    }

    @Test
    void aBuildThatTakesTooLongIsEnded() throws IOException {
        desk.scripted("e2e-broken", "echo begun; sleep 600", "timeout = \"1m\"");
        assertThat(fails(101, "build", "e2e-broken").err())
                .contains("cannot build e2e-broken 1.0: the build script", "time limit of 1 min", "  begun\n");
    }

    @Test
    void anInterruptedFetchLeavesNothing() throws Exception {
        HttpServer server = server();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        ExecutorService threads = Executors.newCachedThreadPool();
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 1 << 20);
            exchange.getResponseBody().write(new byte[1000]);
            exchange.getResponseBody().flush();
            asked.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        server.start();
        try {
            desk.recipe("e2e-broken", fetched(at(server), NO_SUCH_HASH));
            Desk.Started started = desk.start("build", "e2e-broken");
            assertThat(asked.await(Desk.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            started.cancel();
            assertInterrupted(started.await());
        } finally {
            end.countDown();
            server.stop(0);
            threads.shutdownNow();
        }
        assertThat(desk.git("for-each-ref", "refs/sources/" + NO_SUCH_HASH).out())
                .isEmpty();
    }

    @Test
    void anInterruptedBuildLeavesNothingAndTheNextOneWorks() throws Exception {
        desk.scripted("e2e-broken", "echo now; sleep 600");
        Desk.Started started = desk.start("build", "--json", "e2e-broken");
        started.untilSays("\"line\":\"now\"");
        started.cancel();
        assertInterrupted(started.await());
        Desk.assertNoProcessIsLeft();
        desk.assertNoTraceOf("e2e-broken");
        desk.scripted("e2e-mended", "true");
        Outcome next = desk.execute("build", "e2e-mended");
        assertThat(next.status()).as(next.toString()).isZero();
        desk.assertStoreIsSound();
    }

    private static void assertInterrupted(Outcome outcome) {
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(130);
        assertThat(outcome.err()).contains("sourceos: interrupted").doesNotContain("an error in SourceOS itself");
    }
}
