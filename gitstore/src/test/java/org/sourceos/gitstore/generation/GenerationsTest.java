package org.sourceos.gitstore.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.Part;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.generation.GenerationManifest.Configuration;
import org.sourceos.gitstore.generation.GenerationManifest.Program;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessRunner;

class GenerationsTest {
    private static final Instant WHEN = Instant.parse("2026-01-02T03:04:05Z");
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    @TempDir
    private Path folder;

    private BuildCache cache;
    private Generations generations;

    @BeforeEach
    void open() throws StoreException {
        cache = BuildCache.open(folder, new Cancellation());
        generations = new Generations(cache);
    }

    @AfterEach
    void close() {
        cache.close();
    }

    private Generation record(String commit, String subject) throws StoreException {
        ObjectName tree = cache.publish(
                        new StoreRef(StoreRef.Namespace.VMS, "hello-1"),
                        Map.of("manifest.json", new Part.Document("{}".getBytes(StandardCharsets.UTF_8))),
                        "hello",
                        WHEN)
                .tree();
        return generations.record(
                new Configuration(Optional.of(commit), subject),
                Optional.of("slim"),
                List.of(
                        new Program("hi", Optional.empty(), "hello", "1", "hello-1", "{}", Optional.empty()),
                        new Program(
                                "hi",
                                Optional.of("dad"),
                                "hello",
                                "1",
                                "hello-1",
                                "{\"loud\":true}",
                                Optional.of(machine()))),
                "{\"a\":1}",
                new TreeMap<>(Map.of("hello-1", tree)),
                WHEN);
    }

    private static MachineSettings machine() {
        return new MachineSettings(
                List.of("hello", "-t"),
                new TreeMap<>(Map.of("LANG", "C")),
                OptionalInt.of(64),
                OptionalInt.empty(),
                Optional.of("isolated"),
                List.of("8080:80"),
                new TreeMap<>(Map.of("/data", "./data")),
                new TreeMap<>(Map.of("db", "/etc/keys/db")),
                true,
                "always",
                Optional.of(new MachineSettings.Health(OptionalInt.of(80), List.of("true"), Duration.ofSeconds(3))));
    }

    private String git(String... words) throws Exception {
        Command command = Command.of("git", "-C", folder.toString()).withArguments(List.of(words));
        return new ProcessRunner().output(command, new Cancellation());
    }

    @Test
    void aGenerationIsReadBackAsItWasMadeAndCountsOnlyWhenItIsSaid() throws Exception {
        Generation first = record(COMMIT, "Begin");

        assertThat(first.number()).isEqualTo(1);
        assertThat(generations.current()).isEmpty();
        assertThat(generations.find(1)).contains(first);
        assertThat(generations.ofConfiguration(COMMIT)).contains(first);
        assertThat(generations.configuration(first)).isEqualTo("{\"a\":1}");
        generations.makeCurrent(first);
        assertThat(generations.current()).contains(first);
        generations.makeNoneCurrent();
        assertThat(generations.current()).isEmpty();
        assertThat(generations.find(1)).contains(first);
    }

    @Test
    void theHistoryOfDeploymentsIsOneOfCommits() throws Exception {
        Generation first = record(COMMIT, "Begin");
        generations.makeCurrent(first);
        Generation second = record("f".repeat(40), "Add jq");
        Generation third = record("e".repeat(40), "Add lua");
        generations.makeCurrent(third);

        assertThat(second.number()).isEqualTo(2);
        assertThat(generations.before(third)).contains(first);
        assertThat(generations.newest(2)).containsExactly(third, second);
        assertThat(git("log", "--format=%s", "refs/system/current"))
                .isEqualToIgnoringNewLines("Generation 3: Add luaGeneration 1: Begin");
        assertThat(git("ls-tree", "-r", "--name-only", "refs/system/current"))
                .isEqualToIgnoringNewLines("configuration.jsongeneration.jsonimages/hello-1/manifest.json");
        assertThat(git("fsck", "--full", "--strict", "--no-dangling")).doesNotContain("error");
    }

    @Test
    void aUsersOwnProgramComesBeforeEverybodys() throws Exception {
        GenerationManifest manifest = record(COMMIT, "Begin").manifest();

        assertThat(manifest.program("hi", Optional.of("dad")).orElseThrow().settings())
                .isEqualTo("{\"loud\":true}");
        assertThat(manifest.program("hi", Optional.of("mom")).orElseThrow().settings())
                .isEqualTo("{}");
        assertThat(manifest.program("ho", Optional.empty())).isEmpty();
    }

    @Test
    void aPackedRefIsRemovedToo() throws Exception {
        Generation first = record(COMMIT, "Begin");
        generations.makeCurrent(first);
        git("pack-refs", "--all");
        assertThat(generations.current()).contains(first);

        generations.makeNoneCurrent();

        assertThat(generations.current()).isEmpty();
        assertThat(git("for-each-ref", "--format=%(refname)"))
                .contains("refs/system/generations/1")
                .doesNotContain("refs/system/current");
    }

    @Test
    void whatANewerSourceOsWroteIsRefusedAndWhatIsDamagedSaysSo() {
        assertThatThrownBy(() -> GenerationManifest.fromJson("{\"schema\": 2}"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("newer SourceOS");
        for (String damaged : List.of("", "[]", "{}", "{\"schema\":1}", "{\"schema\":\"x\"}", "nonsense")) {
            assertThatThrownBy(() -> GenerationManifest.fromJson(damaged)).isInstanceOf(StoreException.class);
        }
    }
}
