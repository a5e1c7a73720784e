package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.StoreException;
import org.sourceos.host.Cancellation;

/** {@code store ls|show|du|verify|path}. */
@Tag("slow")
class StoreCommandTest {
    @TempDir
    private Path folder;

    private Desk desk;
    private String hello;

    @BeforeEach
    void sitDown() throws IOException {
        desk = Desk.in(folder);
        hello = succeeds("build", "--json", "hello").json().get("ref").getAsString();
    }

    private Outcome succeeds(String... args) {
        Outcome outcome = desk.execute(args);
        assertThat(outcome.status()).as(outcome.toString()).isZero();
        return outcome;
    }

    @Test
    void listsWhatIsThere() {
        assertThat(succeeds("store", "ls").out()).contains(hello, "refs/kernels/", "refs/layers/", "refs/sources/");
        assertThat(succeeds("store", "ls", "vms").out()).contains(hello).doesNotContain("refs/layers/");
        assertThat(StreamSupport.stream(
                                succeeds("store", "ls", "vms", "--json")
                                        .jsonArray()
                                        .spliterator(),
                                false)
                        .map(JsonElement::getAsJsonObject))
                .anySatisfy(item -> {
                    assertThat(item.get("ref").getAsString()).isEqualTo(hello);
                    assertThat(item.get("commit").getAsString()).matches("[0-9a-f]{40}");
                });
        Outcome wrong = desk.execute("store", "ls", "vm");
        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.err()).contains("there are vms, checkpoints, kernels, layers and sources");
    }

    @Test
    void showsAnImageWithItsPartsAndFiles() {
        Outcome shown = succeeds("store", "show", "hello");
        assertThat(shown.out()).contains("refs/vms/hello-", "kernel  ", "layer   hello", "runs    hello");
        assertThat(succeeds("store", "show", hello, "--files").out()).contains("/usr/bin/hello");
        JsonObject provenance =
                succeeds("store", "show", "hello", "--provenance").json();
        assertThat(provenance.toString()).contains("hello");
        JsonObject manifest = succeeds("store", "show", "hello", "--manifest").json();
        assertThat(manifest.get("schema").getAsInt()).isEqualTo(1);
        JsonObject whole = succeeds("store", "show", "hello", "--json").json();
        assertThat(whole.get("ref").getAsString()).isEqualTo(hello);
        assertThat(whole.getAsJsonObject("manifest")).isEqualTo(manifest);
        Outcome missing = desk.execute("store", "show", "nothing-of-that-name");
        assertThat(missing.status()).isEqualTo(1);
        assertThat(missing.err()).contains("nothing called nothing-of-that-name");
        assertThat(desk.execute("store", "show", "helo").err())
                .contains("nothing called helo: did you mean \"hello\"?");
        assertThat(desk.execute("store", "why", "helo").err()).contains("did you mean \"hello\"?");
    }

    @Test
    void saysThatThereIsNoStoreRatherThanBeginOne() {
        Path mistyped = folder.resolve("stroe");
        for (String command : new String[] {"ls", "du", "graph", "gc", "verify"}) {
            Outcome outcome = desk.execute("store", command, "--store", mistyped.toString());
            assertThat(outcome.status()).as(outcome.toString()).isEqualTo(1);
            assertThat(outcome.err()).contains("there is no store in " + mistyped);
            assertThat(mistyped).doesNotExist();
        }
    }

    @Test
    void tellsWhatTakesRoom() throws IOException {
        Desk small = smallStore();
        assertThat(small.execute("store", "du").out())
                .contains("SIZE", "refs/layers/hello-", "as whole layers", "on disk: ");
        JsonObject usage = small.execute("store", "du", "--json").json();
        assertThat(usage.get("repository_bytes").getAsLong()).isPositive();
        JsonObject layer = usage.getAsJsonArray("refs").get(0).getAsJsonObject();
        assertThat(layer.get("logical_bytes")).isEqualTo(layer.get("unique_bytes"));
    }

    @Test
    void printsItsPathForGit() {
        assertThat(succeeds("store", "path").out()).isEqualTo(desk.store() + "\n");
        assertThat(succeeds("store", "path", "--store", "elsewhere").out())
                .isEqualTo(desk.work().resolve("elsewhere") + "\n");
    }

    /** Just hello's program, fetched out of the shared store by git. */
    private Desk smallStore() throws IOException {
        String layer = desk.git("for-each-ref", "--format=%(refname)", "refs/layers/hello-*")
                .out()
                .lines()
                .findFirst()
                .orElseThrow();
        Desk small = desk.with("SOURCEOS_STORE", folder.resolve("copy").toString());
        try (BuildCache empty = BuildCache.open(small.store(), new Cancellation())) {
            assertThat(small.execute("store", "ls").out()).isEmpty();
        } catch (StoreException e) {
            throw new IOException(e);
        }
        Outcome fetched = small.git("fetch", "-q", desk.store().toString(), layer + ":" + layer);
        assertThat(fetched.status()).as(fetched.toString()).isZero();
        return small;
    }

    @Test
    void verifyFindsAByteThatWasTurnedOver() throws IOException {
        Desk small = smallStore();
        Outcome good = small.execute("store", "verify");
        assertThat(good.status()).as(good.toString()).isZero();
        assertThat(good.out()).isEqualTo("everything is as it was stored\n");
        JsonObject sound = small.execute("store", "verify", "--json").json();
        assertThat(sound.get("sound").getAsBoolean()).isTrue();
        assertThat(sound.getAsJsonArray("findings")).isEmpty();

        Path object = largestFile(small.store().resolve(".git/objects"));
        object.toFile().setWritable(true);
        try (RandomAccessFile file = new RandomAccessFile(object.toFile(), "rw")) {
            long middle = file.length() / 2;
            file.seek(middle);
            int there = file.read();
            file.seek(middle);
            file.write(there ^ 1);
        }
        Outcome bad = small.execute("store", "verify");
        assertThat(bad.status()).as(bad.toString()).isEqualTo(1);
        assertThat(bad.out()).contains("refs/layers/hello-");
        JsonObject unsound = small.execute("store", "verify", "--json").json();
        assertThat(unsound.get("sound").getAsBoolean()).isFalse();
        JsonObject finding = unsound.getAsJsonArray("findings").get(0).getAsJsonObject();
        assertThat(finding.get("problem").getAsString()).isNotEmpty();
        assertThat(finding.get("remedy").getAsString()).isNotEmpty();
    }

    @Test
    void repairsWhatItCanAndSaysWhatIsLost() throws IOException {
        Desk small = smallStore();
        Path object = largestFile(small.store().resolve(".git/objects"));
        object.toFile().setWritable(true);
        try (RandomAccessFile file = new RandomAccessFile(object.toFile(), "rw")) {
            file.seek(file.length() / 2);
            file.write(0);
            file.write(0);
        }
        Outcome repaired = small.execute("store", "verify", "--repair");
        assertThat(repaired.status()).as(repaired.toString()).isZero();
        assertThat(repaired.out())
                .contains("removed refs/layers/hello-", "it is built again when it is needed")
                .endsWith("everything that is left is as it was stored\n");
        assertThat(small.execute("store", "verify").out()).isEqualTo("everything is as it was stored\n");
        assertThat(small.git("fsck", "--full", "--strict").status()).isZero();
    }

    @Test
    void collectsWhatWasNotUsedLatelyAndSaysWhy() throws IOException {
        Desk small = smallStore();
        String ref = small.git("for-each-ref", "--format=%(refname)").out().strip();
        Outcome why = small.execute("store", "why", ref, "--keep-since", "0s");
        assertThat(why.out()).contains(ref, "goes with the next gc: ", "the next gc removes it");
        assertThat(small.execute("store", "why", ref).out())
                .contains(ref, "stays: it was used on", ", and stays until ");
        String object =
                small.git("rev-parse", ref + ":layer/root/usr/bin/hello").out().strip();
        JsonObject held = small.execute("store", "why", object, "--json").json();
        assertThat(held.get("kept").getAsBoolean()).isTrue();
        assertThat(held.toString()).contains("\"layer\",\"root\",\"usr\",\"bin\",\"hello\"");

        Outcome kept = small.execute("store", "gc");
        assertThat(kept.out()).contains("kept " + ref, "in all");
        JsonObject would = small.execute("store", "gc", "--keep-since", "0s", "--dry-run", "--json")
                .json();
        assertThat(would.get("dry_run").getAsBoolean()).isTrue();
        assertThat(small.git("rev-parse", ref).status()).isZero();
        Outcome gone = small.execute("store", "gc", "--keep-since", "0s");
        assertThat(gone.out()).contains("removed " + ref, "freed ");
        assertThat(small.git("rev-parse", "--verify", "-q", ref).status()).isNotZero();
        assertThat(small.git("fsck", "--full", "--strict").status()).isZero();
        Outcome missing = small.execute("store", "why", object);
        assertThat(missing.status()).isEqualTo(1);
        assertThat(missing.err()).contains("the store has no object " + object);

        assertThat(small.execute("store", "gc", "--keep", "0").err()).contains("--keep must be at least 1");
        assertThat(small.execute("store", "gc", "--keep", "x").err())
                .startsWith("sourceos: --keep x: write a whole number\n");
        assertThat(small.execute("store", "gc", "--keep-since", "soon").err()).contains("for instance 14d");
    }

    @Test
    void compactsAndAligns() throws IOException {
        Desk small = smallStore();
        Outcome dry = small.execute("store", "gc", "--compact", "--dry-run");
        assertThat(dry.out())
                .contains("would compact ", " MiB free on the store's file system while it writes, and there are ");
        Outcome compact = small.execute("store", "gc", "--compact", "--used-since", "0d");
        assertThat(compact.status()).as(compact.toString()).isZero();
        assertThat(compact.out()).contains("compacted ", " objects: ", "in all");
        assertThat(small.git("fsck", "--full", "--strict").status()).isZero();
        assertThat(small.execute("store", "verify").status()).isZero();
        Outcome align = small.execute("store", "gc", "--align", "--used-since", "2w");
        assertThat(align.out()).contains("nothing to align");

        assertThat(small.execute("store", "gc", "--align", "--compact").err()).contains("are opposites");
        assertThat(small.execute("store", "gc", "--used-since", "2w").err()).contains("--keep-since");
        assertThat(small.execute("store", "gc", "--compact", "--used-since", "soon")
                        .err())
                .contains("--used-since soon: write a number");
    }

    @Test
    void drawsWhatSharesWhat() {
        assertThat(succeeds("store", "graph").out())
                .startsWith("digraph store {")
                .contains("-> \"layer-");
        assertThat(succeeds("store", "graph", "--format", "svg").out())
                .startsWith("<svg xmlns=")
                .contains("hello-", "</svg>");
        JsonObject graph = succeeds("store", "graph", "--json").json();
        assertThat(succeeds("store", "graph", "--format", "json").json()).isEqualTo(graph);
        assertThat(graph.getAsJsonArray("nodes")).isNotEmpty();
        assertThat(desk.execute("store", "graph", "--format", "png").err()).contains("there are dot, svg and json");
    }

    private static Path largestFile(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .max(java.util.Comparator.comparingLong(
                            file -> file.toFile().length()))
                    .orElseThrow();
        }
    }
}
