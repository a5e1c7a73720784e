package org.sourceos.rebuild;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.StoredItem;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.plan.Catalogue;
import org.sourceos.rebuild.plan.Explanation;
import org.sourceos.rebuild.plan.FileLockStore;
import org.sourceos.rebuild.plan.HostRelease;
import org.sourceos.rebuild.plan.PlannedStep;
import org.sourceos.rebuild.plan.Request;
import org.sourceos.rebuild.progress.StepListener;
import org.sourceos.rebuild.sandbox.Workspace;

/** From recipes to images: a real store, real sandboxes, the real compiler; a kernel that is only a Makefile. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RebuildTest {
    private final List<String> events = Collections.synchronizedList(new ArrayList<>());
    private final Cancellation cancellation = new Cancellation();
    private Path temp;
    private BuildCache cache;
    private HostAsBase base;
    private int tests;
    private Path templates;
    private Path network;
    private Path state;

    private final StepListener listener = new StepListener() {
        @Override
        public void started(String step, Optional<Duration> estimate) {
            events.add(step);
        }

        @Override
        public void output(String step, String line) {}

        @Override
        public void progress(String step, long done, long total) {}

        @Override
        public void finished(String step, Outcome outcome, Duration took) {}

        @Override
        public void warning(String message) {
            events.add("warning: " + message);
        }
    };

    @BeforeAll
    void openStore(@TempDir Path folder) throws Exception {
        temp = folder;
        cache = BuildCache.open(temp.resolve("store"), new Cancellation());
        base = HostAsBase.ingest(cache, temp);
    }

    @AfterAll
    void closeStore() throws IOException {
        cache.close();
        // JUnit would do it, but warns of every link in a root that leads out of it.
        Workspace.remove(new ProcessRunner(), temp.resolve("store"));
    }

    @BeforeEach
    void writeCatalogue() throws IOException {
        events.clear();
        Path own = temp.resolve("test-" + ++tests);
        templates = own.resolve("templates");
        network = Files.createDirectories(own.resolve("network"));
        state = own.resolve("state");
        write(
                templates.resolve("bases/debian-12/base.toml"),
                "name = \"debian-12\"\nsuite = \"bookworm\"\npackages = []\n");
        write(templates.resolve("kernel/base.config"), "CONFIG_64BIT=y\n# CONFIG_MODULES is not set\n");
        write(templates.resolve("kernel/features/NET.config"), "CONFIG_INET=y\n");
        write(templates.resolve("kernel/features/BAD.config"), "CONFIG_DROPPED=y\n");
        recipe("linux", "[build]\nkind = \"kernel\"\n");
        write(network.resolve("linux.tar/Kconfig"), "config DROPPED\n\tbool \"never\"\n\tdepends on SOMETHING_ELSE\n");
        write(network.resolve("linux.tar/main.c"), "void _start(void) { for (;;) { } }\n");
        write(network.resolve("linux.tar/Makefile"), """
                tinyconfig:
                \tprintf 'CONFIG_64BIT=y\\n# CONFIG_INET is not set\\n' > .config
                olddefconfig:
                \tgrep -v CONFIG_DROPPED= .config > .config.new; mv .config.new .config
                \tmkdir -p include/config; echo 1.0-sourceos > include/config/kernel.release
                vmlinux:
                \tgcc -g -static -nostdlib -o vmlinux main.c
                """);
        recipe("lib", "[build]\nscript = \"make\"\n");
        write(network.resolve("lib.tar/lib.c"), "int answer(void) { return 42; }\n");
        write(network.resolve("lib.tar/lib.h"), "int answer(void);\n");
        write(network.resolve("lib.tar/Makefile"), """
                libanswer.so.1: lib.c
                \t$(CC) $(CFLAGS) -shared -fPIC -Wl,-soname,libanswer.so.1 -o $@ lib.c
                install:
                \tinstall -D -m 755 libanswer.so.1 $(DESTDIR)/usr/lib/libanswer.so.1
                \tln -s libanswer.so.1 $(DESTDIR)/usr/lib/libanswer.so
                \tinstall -D -m 644 lib.h $(DESTDIR)/usr/include/answer.h
                """);
        recipe(
                "hello",
                "[build]\nscript = \"make\"\n[runtime]\nkernel_features = [\"NET\"]\n[dependencies]\nlib = \"1\"\n");
        write(network.resolve("hello.tar/hello.c"), """
                #include <answer.h>
                #include <stdio.h>
                int main(void) { printf("Hello, %d!\\n", answer()); return 0; }
                """);
        write(network.resolve("hello.tar/Makefile"), """
                hello: hello.c
                \t$(CC) $(CFLAGS) -o $@ hello.c -lanswer
                install:
                \tinstall -D hello $(DESTDIR)/usr/bin/hello
                \tinstall -D hello.c $(DESTDIR)/usr/share/doc/hello/hello.c
                """);
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void recipe(String name, String rest) throws IOException {
        // A name of the test in the version: tests share the store, and none should find what another built.
        write(
                templates.resolve("packages/" + name + ".source.toml"),
                "[package]\nname = \"" + name + "\"\nversion = \"1." + tests + "\"\nsource = \"https://example.org/"
                        + name + ".tar\"\n" + rest);
    }

    private Rebuild rebuild() {
        return new Rebuild(
                cache,
                new Catalogue(
                        List.of(templates.resolve("packages")),
                        templates.resolve("bases"),
                        templates.resolve("kernel"),
                        Optional.empty()),
                new FoldersAsSources(cache, network),
                base,
                new FileLockStore(state.resolve("sourceos.lock"), state.resolve("lock.mutex")),
                new Rebuild.Machine(HostRelease.parse("VERSION_CODENAME=bookworm"), "x86_64", 2, state),
                Clock.systemUTC(),
                new ProcessRunner());
    }

    private ImageManifest build(String name) throws RebuildException {
        return rebuild().build(Request.of(name), Rebuild.Options.DEFAULT, listener, cancellation);
    }

    private void assertNothingIsLeftInTmp() throws IOException {
        try (Stream<Path> left = Files.list(cache.directory().resolve("tmp"))) {
            assertThat(left.map(p -> p.getFileName().toString()).filter(n -> n.startsWith("build-")))
                    .isEmpty();
        }
    }

    private String git(String... arguments) throws IOException {
        return new ProcessRunner()
                .output(
                        Command.of("git", "-C", cache.directory().toString()).withArguments(List.of(arguments)),
                        new Cancellation());
    }

    @Test
    void buildsAProgramAndEverythingItNeedsAndThenNothing() throws Exception {
        ImageManifest image = build("hello");
        assertThat(events)
                .contains("fetch hello", "fetch lib", "fetch linux", "base debian-12", "build lib", "build hello")
                .contains("kernel linux", "image hello")
                .containsSubsequence("build lib", "build hello", "image hello");
        assertThat(image.layers())
                .extracting(ImageManifest.LayerPart::name)
                .containsExactly("hello", "lib", "debian-12");
        assertThat(image.layers().stream()
                        .mapToLong(ImageManifest.LayerPart::bytes)
                        .sum())
                .isLessThan(5_000_000);
        assertThat(image.kernel().version()).isEqualTo("1.0-sourceos");
        assertThat(image.kernel().features()).containsExactly("NET");

        String files = git(
                "ls-tree", "-r", "--name-only", "refs/vms/hello-" + image.key().abbreviated());
        assertThat(files)
                .contains("layers/00-hello/root/usr/bin/hello\n")
                .contains("layers/01-lib/root/usr/lib/libanswer.so.1\n")
                .contains("libc.so.6\n", "etc/passwd\n", "kernel/root/vmlinux\n", "provenance.json\n")
                .doesNotContain("usr/share/doc", "answer.h", "libanswer.so\n", "bin/gcc");
        assertThat(git("show", "refs/vms/hello-" + image.key().abbreviated() + ":provenance.json"))
                .contains("\"log_sha256\"", "\"toolchain\"", "\"location\": \"https://example.org/hello.tar\"");
        assertThat(state.resolve("sourceos.lock")).content().contains("https://example.org/hello.tar");

        events.clear();
        assertThat(build("hello")).isEqualTo(image);
        assertThat(events).isEmpty();
        assertThat(rebuild().plan(List.of(Request.of("hello"))).steps())
                .extracting(PlannedStep::state)
                .containsExactly(PlannedStep.State.REUSED);
        assertNothingIsLeftInTmp();
        git("fsck", "--full", "--strict");
    }

    @Test
    void buildsSeveralProgramsInOnePlan() throws Exception {
        recipe("twin", "[build]\nscript = \"make\"\n[dependencies]\nlib = \"1\"\n");
        Files.createDirectories(network.resolve("twin.tar"));
        for (String file : List.of("hello.c", "Makefile")) {
            Files.copy(
                    network.resolve("hello.tar").resolve(file),
                    network.resolve("twin.tar").resolve(file));
        }

        List<ImageManifest> images = rebuild()
                .build(
                        List.of(Request.of("twin"), Request.of("hello")),
                        Rebuild.Options.DEFAULT,
                        listener,
                        cancellation);

        assertThat(images).extracting(ImageManifest::name).containsExactly("twin", "hello");
        assertThat(events).containsOnlyOnce("build lib").contains("build twin", "build hello");
    }

    @Test
    void runsWhatItBuilt() throws Exception {
        ImageManifest image = build("hello");
        List<org.sourceos.gitstore.StoredLayer> layers = new ArrayList<>();
        for (ImageManifest.LayerPart part : image.layers()) {
            layers.add(cache.layer(part.tree()));
        }
        Path root = cache.checkout(layers, cancellation);
        assertThat(new ProcessRunner()
                        .output(
                                Command.of(
                                        "bwrap", "--unshare-all", "--ro-bind", root.toString(), "/", "/usr/bin/hello"),
                                cancellation))
                .isEqualTo("Hello, 42!\n");
    }

    @Test
    void plansWithoutDoingAnything() throws Exception {
        assertThat(rebuild().plan(List.of(Request.of("hello"))).toDo())
                .extracting(PlannedStep::id)
                .contains("fetch hello", "build hello", "image hello");
        assertThat(state).doesNotExist();
        assertThatThrownBy(() -> rebuild()
                        .build(
                                Request.of("hello"),
                                new Rebuild.Options(2, false, true, false, false),
                                listener,
                                cancellation))
                .hasMessageContaining("--offline forbids to fetch it: ")
                .hasMessageContaining("fetch hello");
        assertThat(events).isEmpty();
    }

    @Test
    void saysWhatACompilerDidNotLikeAndLeavesNothing() throws Exception {
        write(network.resolve("hello.tar/hello.c"), "int main(void) { return nothing; }\n");
        assertThatThrownBy(() -> build("hello")).isInstanceOfSatisfying(RebuildException.class, e -> {
            assertThat(e.kind()).isEqualTo(RebuildException.Kind.BUILD_FAILED);
            assertThat(e)
                    .hasMessageStartingWith("cannot build hello 1." + tests + ": the build script ended with status 2")
                    .hasMessageContaining("undeclared");
            assertThat(e.log())
                    .get()
                    .asString()
                    .startsWith(state.resolve("logs/hello-").toString());
        });
        assertThat(git("for-each-ref", "--format=%(refname)")).doesNotContain("refs/vms/hello-x");
        assertNothingIsLeftInTmp();
    }

    @Test
    void keepsAFailedTreeWhenAskedTo() throws Exception {
        write(network.resolve("lib.tar/lib.c"), "broken\n");
        assertThatThrownBy(() -> rebuild()
                        .build(
                                Request.of("hello"),
                                new Rebuild.Options(2, true, false, false, false),
                                listener,
                                cancellation))
                .hasMessageContaining(
                        "the build tree is kept in " + cache.directory().resolve("failed/lib-"));
        try (Stream<Path> kept = Files.list(cache.directory().resolve("failed"))) {
            assertThat(kept.map(p -> p.resolve("build/source/lib.c"))).allMatch(Files::exists);
        }
    }

    @Test
    void findsBuildsThatAreReproducibleAndThoseThatAreNot() throws Exception {
        Rebuild.Options check = new Rebuild.Options(2, false, false, true, true);
        rebuild().build(Request.of("hello"), check, listener, cancellation);
        assertThat(events).contains("check hello", "check lib", "check linux");
        recipe(
                "random",
                "[build]\nscript = \"head -c 8 /dev/urandom > r\"\ninstall = 'install -D r \"$DESTDIR/usr/share/r\"'\n");
        write(network.resolve("random.tar/x"), "");
        assertThatThrownBy(() -> rebuild().build(Request.of("random"), check, listener, cancellation))
                .isInstanceOfSatisfying(
                        RebuildException.class,
                        e -> assertThat(e.kind()).isEqualTo(RebuildException.Kind.NOT_REPRODUCIBLE))
                .hasMessageContaining("/usr/share/r: ")
                .hasMessageNotContaining("/usr: ");
    }

    @Test
    void explainsWhatChanged() throws Exception {
        assertThat(rebuild().explain(Request.of("hello")))
                .extracting(Explanation::verdict)
                .containsOnly(Explanation.Verdict.NOT_PINNED);
        build("hello");
        assertThat(rebuild().explain(Request.of("hello")))
                .extracting(Explanation::verdict)
                .containsOnly(Explanation.Verdict.REUSED);
        recipe(
                "hello",
                "# a comment changes nothing\n[build]\nscript = \"make CFLAGS=-O1\"\n[runtime]\nkernel_features = [\"NET\"]\n[dependencies]\nlib = \"1\"\n");
        assertThat(rebuild().explain(Request.of("hello")))
                .filteredOn(e -> e.step().equals("build hello"))
                .singleElement()
                .satisfies(e -> {
                    assertThat(e.verdict()).isEqualTo(Explanation.Verdict.CHANGED);
                    assertThat(e.changes()).singleElement().satisfies(change -> {
                        assertThat(change.name()).isEqualTo("script");
                        assertThat(change.before()).contains("make");
                    });
                });
    }

    @Test
    void buildsNothingAgainForACommentOrARuntimeSetting() throws Exception {
        build("hello");
        events.clear();
        recipe(
                "hello",
                "# only a comment, and less memory\n[build]\nscript = \"make\"\ntimeout = \"5m\"\n[runtime]\nmemory = \"99M\"\nkernel_features = [\"NET\"]\n[dependencies]\nlib = \"1\"\n");
        assertThat(build("hello").run().memoryMib()).isEqualTo(99);
        assertThat(events).containsExactly("image hello");
    }

    @Test
    void takesPackagesThatTheBaseHasAlready() throws Exception {
        recipe(
                "wants",
                "[build]\nscript = \"true\"\ndepends = [\"debian:make\"]\ninstall = 'install -D x \"$DESTDIR/usr/share/x\"'\n");
        write(network.resolve("wants.tar/x"), "");
        assertThat(build("wants").layers()).hasSize(2);
    }

    @Test
    void namesTheKernelOptionThatKconfigDropped() throws Exception {
        recipe(
                "bad",
                "[build]\nscript = \"true\"\ninstall = 'install -D x \"$DESTDIR/usr/share/x\"'\n[runtime]\nkernel_features = [\"BAD\"]\n");
        write(network.resolve("bad.tar/x"), "");
        assertThatThrownBy(() -> build("bad"))
                .hasMessageContaining("CONFIG_DROPPED was asked to be y, and is not set")
                .hasMessageContaining("Kconfig: depends on SOMETHING_ELSE");
    }

    @Test
    void sharesAKernelBetweenProgramsWithTheSameFeatures() throws Exception {
        build("hello");
        events.clear();
        recipe(
                "other",
                "[build]\nscript = \"true\"\ninstall = 'install -D x \"$DESTDIR/usr/share/x\"'\n[runtime]\nkernel_features = [\"NET\"]\n");
        write(network.resolve("other.tar/x"), "");
        build("other");
        assertThat(events).contains("build other").doesNotContain("kernel linux");
        List<StoredItem> kernels = cache.list(StoreRef.Namespace.KERNELS).stream()
                .filter(item -> item.ref().name().startsWith("1." + tests + "-minimal-net-"))
                .toList();
        assertThat(kernels).hasSize(1);
    }

    @Test
    void endsEverythingWhenCancelled() throws Exception {
        recipe("slow", "[build]\nscript = \"touch started; sleep 4567890\"\n");
        write(network.resolve("slow.tar/x"), "");
        Cancellation own = new Cancellation();
        Thread canceller = new Thread(() -> {
            while (!events.contains("build slow")) {
                Thread.onSpinWait();
            }
            own.cancel();
        });
        canceller.start();
        assertThatThrownBy(() -> rebuild().build(Request.of("slow"), Rebuild.Options.DEFAULT, listener, own))
                .isInstanceOf(CancellationException.class);
        canceller.join();
        assertNothingIsLeftInTmp();
        assertThat(ProcessHandle.allProcesses().filter(RebuildTest::sleeps)).isEmpty();
        git("fsck", "--full", "--strict");
    }

    private static boolean sleeps(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1)
                    .contains("\0" + "4567890");
        } catch (IOException e) {
            return false;
        }
    }
}
