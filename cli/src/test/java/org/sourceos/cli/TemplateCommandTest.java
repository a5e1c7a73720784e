package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.KnownStores;
import org.sourceos.launcher.template.Pool;
import org.sourceos.launcher.template.TemplateMaker;

/** {@code template make|ls|rm}, and what {@code run} does with templates. */
@Tag("vm")
@Tag("slow")
@Timeout(300)
class TemplateCommandTest {
    @TempDir
    private Path folder;

    private Desk desk;

    @BeforeEach
    void sitDown() throws IOException {
        desk = Desk.in(folder).with("SOURCEOS_ACCEL", "tcg");
        succeeds("build", "hello");
        succeeds("template", "rm", "--all");
    }

    @AfterEach
    void nothingIsLeft() {
        succeeds("template", "rm", "--all");
        Desk.assertNoProcessIsLeft();
    }

    private Outcome succeeds(String... args) {
        Outcome outcome = desk.execute(args);
        assertThat(outcome.status()).as(outcome.toString()).isZero();
        return outcome;
    }

    @Test
    void aTemplateIsMadeOnDemandListedUsedAndRemoved() {
        assertThat(succeeds("template", "ls").out()).isEmpty();
        assertThat(succeeds("template", "make", "hello").err()).contains("made a template of hello");
        assertThat(succeeds("template", "make", "--json", "hello")
                        .json()
                        .get("result")
                        .getAsString())
                .isEqualTo("present");
        assertThat(succeeds("template", "ls").out()).contains("hello  128 MiB of memory");
        var listed = succeeds("template", "ls", "--json").jsonArray();
        assertThat(listed).hasSize(1);
        assertThat(listed.get(0).getAsJsonObject().get("name").getAsString()).isEqualTo("hello");
        assertThat(succeeds("run", "hello", "-g", "restored").out()).isEqualTo("restored\n");
        assertThat(succeeds("run", "--no-template", "hello").out()).isEqualTo("Hello, world!\n");
        succeeds("template", "rm", "hello");
        Outcome missing = desk.execute("template", "rm", "hello");
        assertThat(missing.status()).isEqualTo(1);
        assertThat(missing.err()).contains("there is no template of hello");
        assertThat(desk.execute("template", "rm").err()).contains("name a package, or say --all");
    }

    @Test
    void aDamagedTemplateIsReportedAndTheProgramRuns() throws IOException {
        succeeds("template", "make", "hello");
        String key = succeeds("template", "ls", "--json")
                .jsonArray()
                .get(0)
                .getAsJsonObject()
                .get("key")
                .getAsString();
        Path state = desk.store().resolve("templates").resolve(key).resolve("state");
        try (RandomAccessFile file = new RandomAccessFile(state.toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }
        Outcome run = succeeds("run", "hello");
        assertThat(run.out()).isEqualTo("Hello, world!\n");
        assertThat(run.err()).contains("the template of hello is of no use and was removed");
        assertThat(succeeds("run", "hello").err()).doesNotContain("template");
    }

    @Test
    void badSettingsAreNamed() {
        assertThat(desk.with("SOURCEOS_TEMPLATES", "maybe")
                        .execute("run", "hello")
                        .err())
                .contains("SOURCEOS_TEMPLATES=maybe: there are auto and never");
        assertThat(desk.with("SOURCEOS_TEMPLATES_SIZE", "much")
                        .execute("template", "ls")
                        .err())
                .contains("write for instance 500M");
        assertThat(desk.with("SOURCEOS_POOL", "-1").execute("run", "hello").err())
                .contains("not a number of machines");
        Outcome small = desk.with("SOURCEOS_TEMPLATES_SIZE", "1M").execute("template", "make", "hello");
        assertThat(small.status()).isEqualTo(1);
        assertThat(small.err()).contains("takes more room than all may");
    }

    @Test
    void aServiceMakesTheTemplateAndKeepsMachinesWaiting() throws Exception {
        try (Service service = new Service()) {
            assertThat(service.run("hello")).isEqualTo("Hello, world!\n");
            assertThat(service.run("hello")).isEqualTo("Hello, world!\n");
            Pool pool = service.keep(Pool.class, () -> {
                throw new AssertionError("no pool was made");
            });
            while (pool.waiting() < 2) {
                Thread.sleep(50);
            }
            assertThat(succeeds("template", "ls").out()).contains("hello");
            assertThat(service.run("hello")).isEqualTo("Hello, world!\n");
            assertThat(pool.waiting()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void aServiceMakesNoneWhereTheyAreSwitchedOff() throws Exception {
        desk = desk.with("SOURCEOS_TEMPLATES", "never");
        try (Service service = new Service()) {
            assertThat(service.run("hello")).isEqualTo("Hello, world!\n");
            assertThat(service.kept).containsOnlyKeys(KnownFiles.class, KnownStores.class);
        }
    }

    /** As much of a resident service as a command sees. */
    private final class Service implements Resident, AutoCloseable {
        private final Map<Class<?>, AutoCloseable> kept = new HashMap<>();

        @Override
        public synchronized <T extends AutoCloseable> T keep(Class<T> kind, Supplier<T> maker) {
            return kind.cast(kept.computeIfAbsent(kind, key -> maker.get()));
        }

        String run(String name) {
            TestContext once = desk.context(new byte[0]);
            CommandContext alone = once.context();
            CommandContext here = new CommandContext(
                    alone.name(),
                    alone.library(),
                    alone.in(),
                    alone.out(),
                    alone.err(),
                    alone.environment(),
                    alone.directory(),
                    alone.terminals(),
                    alone.signals(),
                    alone.clock(),
                    alone.cancellation(),
                    Optional.of(this));
            assertThat(SourceOs.execute(here, "run", name)).as(once.err()).isZero();
            return once.out();
        }

        @Override
        public void close() throws Exception {
            for (Class<?> kind : new Class<?>[] {TemplateMaker.class, Pool.class}) {
                if (kept.get(kind) != null) {
                    kept.get(kind).close();
                }
            }
        }
    }
}
