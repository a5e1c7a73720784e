package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code build}, {@code lock} and what they print, with small recipes of their own over the shared base and kernel. */
@Tag("slow")
class BuildCommandTest {
    @TempDir
    private Path folder;

    private Desk desk;

    @BeforeEach
    void sitDown() throws IOException {
        desk = Desk.withConfiguration(folder);
    }

    private Outcome succeeds(String... args) {
        Outcome outcome = desk.execute(args);
        assertThat(outcome.status()).as(outcome.toString()).isZero();
        return outcome;
    }

    private static List<JsonObject> objects(Outcome outcome) {
        return StreamSupport.stream(outcome.jsonArray().spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    private static JsonObject step(Outcome outcome, String step) {
        return objects(outcome).stream()
                .filter(o -> o.get("step").getAsString().equals(step))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no step " + step + ": " + outcome));
    }

    @Test
    void dryRunSaysWhatIsThereAndWhatIsNotAndDoesNothing() throws IOException {
        desk.scripted("e2e-plan", "true").forget("e2e-plan");
        assertThat(succeeds("build", "--dry-run", "e2e-plan").out())
                .containsPattern("(?m)^do    build e2e-plan")
                .containsPattern("(?m)^have  kernel linux")
                .containsPattern("(?m)^have  base debian-");
        Outcome json = succeeds("build", "--dry-run", "--json", "e2e-plan");
        assertThat(step(json, "build e2e-plan").get("state").getAsString()).isNotEqualTo("reused");
        desk.assertNoTraceOf("e2e-plan");

        Outcome built = succeeds("build", "--json", "e2e-plan");
        assertThat(built.started()).contains("build e2e-plan");
        assertThat(built.json().get("ref").getAsString()).startsWith("refs/vms/e2e-plan-");
        Outcome after = succeeds("build", "--dry-run", "--json", "e2e-plan");
        assertThat(objects(after)).allMatch(o -> o.get("state").getAsString().equals("reused"));
        assertThat(step(after, "image e2e-plan").get("key").getAsString()).matches("[0-9a-f]{64}");
    }

    @Test
    void dryRunOfSomethingBuiltShowsTheQemuCommand() {
        succeeds("build", "hello");
        Outcome text = succeeds("run", "--accel=tcg", "--dry-run", "hello");
        assertThat(text.out()).contains("have  image hello", "qemu-system-x86_64 ", "microvm");
        JsonObject json =
                succeeds("run", "--accel=tcg", "--dry-run", "--json", "hello").json();
        assertThat(json.getAsJsonArray("qemu").get(0).getAsString()).contains("qemu-system-x86_64");
        assertThat(json.getAsJsonArray("steps")).isNotEmpty();
    }

    @Test
    void explainNamesTheInputThatChanged() throws IOException {
        desk.scripted("e2e-explain", "true").forget("e2e-explain");
        assertThat(succeeds("build", "--explain", "e2e-explain").out())
                .contains("build e2e-explain: to be built: never built before");
        succeeds("build", "e2e-explain");
        assertThat(succeeds("build", "--explain", "e2e-explain").out()).contains("build e2e-explain: in the store");
        desk.scripted("e2e-explain", "echo another script");
        Outcome changed = succeeds("build", "--explain", "e2e-explain");
        assertThat(changed.out()).contains("build e2e-explain: to be built: its inputs changed", "another script");
        Outcome json = succeeds("build", "--explain", "--json", "e2e-explain");
        assertThat(step(json, "build e2e-explain").getAsJsonArray("changes")).hasSize(1);
        Files.writeString(desk.packages().resolve("e2e-explain-source/greeting"), "another source\n");
        assertThat(step(succeeds("build", "--explain", "--json", "e2e-explain"), "build e2e-explain")
                        .getAsJsonArray("changes"))
                .hasSize(2);
    }

    @Test
    void offlineBuildsWhatNeedsNoFetchingAndNamesWhatDoes() throws IOException {
        desk.scripted("e2e-offline", "true").forget("e2e-offline");
        succeeds("build", "--offline", "e2e-offline");
        desk.recipe("e2e-far", """
                [package]
                name = "e2e-far"
                version = "1"
                source = "https://example.invalid/far-1.tar.gz"

                [build]
                script = "true"
                """);
        Outcome outcome = desk.execute("build", "--offline", "e2e-far");
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(1);
        assertThat(outcome.err()).contains("fetch e2e-far", "--offline forbids to fetch it");
    }

    @Test
    void featuresReachTheRecipeOfADependencyAndVersionsMatchByTheirBeginning() throws IOException {
        String features = "echo \"with $FEATURES, $FEATURE_BELLS, ${FEATURE_WHISTLES-no whistles}\" > greeting";
        desk.scripted("e2e-part", features, "[features]", "bells = \"Rings\"", "whistles = \"Blows\"")
                .scripted(
                        "e2e-whole",
                        "cat /usr/share/e2e-part/greeting > greeting",
                        "[dependencies]",
                        "e2e-part = { version = \"1\", features = [\"bells\"] }");
        String ref = succeeds("build", "--json", "e2e-whole").json().get("ref").getAsString();
        String path = desk.git("ls-tree", "-r", "--name-only", ref)
                .out()
                .lines()
                .filter(line -> line.endsWith("/usr/share/e2e-whole/greeting"))
                .findFirst()
                .orElseThrow();
        assertThat(desk.git("show", ref + ":" + path).out()).isEqualTo("with bells, 1, no whistles\n");

        Outcome unknown = desk.execute("build", "--features=bels", "e2e-part");
        assertThat(unknown.status()).as(unknown.toString()).isEqualTo(2);
        assertThat(unknown.err()).contains("has no feature bels", "did you mean bells?");
    }

    @Test
    void aRecipeIsNamedByItsPathToo() throws IOException {
        desk.scripted("e2e-by-path", "true");
        Path elsewhere = Files.createDirectories(desk.work().resolve("recipes"));
        Files.move(desk.packages().resolve("e2e-by-path.source.toml"), elsewhere.resolve("e2e-by-path.source.toml"));
        Files.move(desk.packages().resolve("e2e-by-path-source"), elsewhere.resolve("e2e-by-path-source"));
        assertThat(succeeds("build", "recipes/e2e-by-path.source.toml").out()).startsWith("refs/vms/e2e-by-path-");
        Outcome missing = desk.execute("build", "./missing.source.toml");
        assertThat(missing.status()).as(missing.toString()).isNotZero();
        assertThat(missing.err()).contains("there is no recipe ./missing.source.toml");
    }

    @Test
    void lockShowsPinsAndLetsGoOfThem() {
        succeeds("build", "hello");
        assertThat(succeeds("lock").out())
                .containsPattern("(?m)^base    debian-\\d+  [0-9a-f]{64}  \\d+ packages$")
                .containsPattern("(?m)^source  debian:hello  [0-9a-f]{64}");
        assertThat(succeeds("lock", "--update", "hello").out()).isEqualTo("hello will be chosen anew\n");
        assertThat(succeeds("lock").out()).doesNotContain("debian:hello ").contains("debian:linux ");
        assertThat(succeeds("lock", "--update", "hello").out()).isEqualTo("hello was not pinned\n");
        assertThat(desk.execute("lock", "--update").err()).contains("which?");
    }
}
