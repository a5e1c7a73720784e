package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.cli.importing.DebianRoot;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.Directories;
import org.sourceos.host.ProcessResult;
import org.sourceos.host.ProcessRunner;

/** {@code sourceos convert} of programs of a real Debian root, which is the one that imports are tested with. */
class ConvertCommandTest {
    @TempDir
    private Path temp;

    private Desk desk;
    private Path root;

    @BeforeEach
    void unpackDebian() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "dpkg-divert changes the files of root only");
        desk = Desk.withConfiguration(temp);
        root = Files.createDirectory(temp.resolve("debian"));
        run(Command.of(
                        "tar",
                        "-xf",
                        DebianRoot.archive().toString(),
                        "./bin",
                        "./lib",
                        "./lib64",
                        "./sbin",
                        "./etc",
                        "./usr/bin",
                        "./usr/lib/os-release",
                        "./usr/lib/x86_64-linux-gnu/libc.so.6",
                        "./usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
                        "./usr/lib64",
                        "./var/lib/dpkg",
                        "./var/lib/apt/extended_states")
                .withDirectory(root));
    }

    @AfterEach
    void removeDebian() throws IOException {
        Directories.remove(root);
    }

    private static String run(Command command) throws IOException {
        return new ProcessRunner().output(command.withTimeout(Duration.ofMinutes(3)), new Cancellation());
    }

    private Outcome convert(String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of("convert", "--root", root.toString()));
        all.addAll(List.of(words));
        return desk.execute(all.toArray(String[]::new));
    }

    /** Files by what they are and what is in them; dpkg writes its list of diversions anew by itself. */
    private SortedMap<String, String> picture() throws IOException {
        SortedMap<String, String> all = new TreeMap<>();
        try (Stream<Path> files = Stream.of("usr/bin", "var/lib/dpkg", "etc").flatMap(this::below)) {
            for (Path file : files.toList()) {
                String name = root.relativize(file).toString();
                Map<String, Object> facts = Files.readAttributes(
                        file, "unix:ino,mode,uid,gid,size,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
                boolean diversions = name.startsWith("var/lib/dpkg/diversions");
                String content = diversions ? Files.readString(file) : "";
                all.put(name, diversions ? content : new TreeMap<>(facts).toString());
            }
        }
        all.put("dpkg --verify", run(Command.of("dpkg", "--root=" + root, "--verify", "tree")));
        all.put("diversions", run(Command.of("dpkg-divert", "--root=" + root, "--list")));
        return all;
    }

    private Stream<Path> below(String folder) {
        try {
            return Files.walk(root.resolve(folder)).filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void saysWhatWouldHappenAndDoesNothing() throws Exception {
        SortedMap<String, String> before = picture();
        Outcome dry = convert("--dry-run", "--json", "tree", "less");
        JsonArray plans = JsonParser.parseString(dry.out()).getAsJsonArray();
        JsonObject tree = plans.get(0).getAsJsonObject();

        assertThat(dry.status()).as(dry.toString()).isZero();
        assertThat(tree.get("fit").getAsString()).isEqualTo("convertible");
        assertThat(tree.get("commands").getAsJsonArray().get(0).getAsString()).isEqualTo("/usr/bin/tree");
        assertThat(tree.get("recipe").getAsString()).contains("system = \"debian\"", "debian:debhelper");
        assertThat(plans.get(1).getAsJsonObject().get("alternatives").toString())
                .contains("pager");
        assertThat(picture()).isEqualTo(before);
        assertThat(desk.packages()).isEmptyDirectory();
    }

    @Test
    void refusesWhatTheSystemStandsOn() throws Exception {
        Outcome refused = convert("bash", "sudo", "libc6");

        assertThat(refused.status()).isEqualTo(4);
        assertThat(refused.out()).contains("Essential", "set-user-ID: /usr/bin/sudo", "C library");
        assertThat(convert("trea").status()).isEqualTo(2);
        assertThat(convert("trea").err()).contains("not installed", "\"tree\"");
        assertThat(convert("--undo", "tree").err()).contains("not converted");
    }

    @Test
    void aReleaseThatNothingIsBuiltForIsSaidOnce() throws Exception {
        Files.delete(root.resolve("etc/os-release"));
        Files.writeString(root.resolve("etc/os-release"), "VERSION_CODENAME=nessie\n");
        Outcome refused = convert("--all", "--dry-run");

        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err().lines()).hasSize(1);
        assertThat(refused.err()).contains(root.toString(), "none is for nessie", "base.toml");
    }

    @Test
    void allIsAPlanWithAnOrderAndWhatIsLeft() throws Exception {
        SortedMap<String, String> before = picture();
        Outcome dry = convert("--all", "--dry-run", "--json");
        List<String> documents = dry.out().lines().toList();
        JsonObject extent = JsonParser.parseString(documents.get(1)).getAsJsonObject();

        assertThat(dry.status()).as(dry.toString()).isEqualTo(3);
        assertThat(documents.get(0)).contains("\"name\":\"tree\"", "\"name\":\"jq\"");
        assertThat(extent.get("left").toString()).contains("\"sudo\":\"not convertible: ");
        assertThat(extent.getAsJsonObject("build").get("order").toString()).contains("\"jq\"");
        assertThat(extent.getAsJsonObject("build").get("seconds").getAsLong()).isNotNegative();
        assertThat(extent.getAsJsonObject("build").keySet()).contains("built", "kernels", "disk_bytes");
        assertThat(convert("--all", "tree").err()).contains("takes no names");
        assertThat(convert("--all", "--list").err()).contains("--all goes with");
        assertThat(convert("--undo", "--all").status()).isZero();
        assertThat(picture()).isEqualTo(before);
    }

    @Test
    void onATerminalItAsksAndTheEndOfTheInputMeansNo() throws Exception {
        String words = "convert --from-binary --root '" + root + "' tree";
        try (Desk.OnTerminal terminal = desk.onTerminal(words)) {
            terminal.screen().untilShows("Convert it? [Y/n]");
            assertThat(terminal.screen().text()).contains("devices", "clipboard", "network", "disk", "lost");
            terminal.type("n\n");
            terminal.screen().untilShows("nothing was changed");
        }
        assertThat(root.resolve("usr/bin/tree.debian")).doesNotExist();
    }

    @Test
    void whoMayNotChangeTheSystemIsToldBeforeAnythingIsBuilt() throws Exception {
        Path bin = root.resolve("usr/bin");
        run(Command.of("chattr", "+i", bin.toString()));
        try {
            // A folder that cannot be changed stands for one of somebody else's: tests run as root.
            assumeTrue(!Files.isWritable(bin), "the file system has no flag that keeps root from writing");
            Outcome refused = convert("tree");
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.err()).contains("sudo sourceos-convert", "tree");
        } finally {
            run(Command.of("chattr", "-i", bin.toString()));
        }
    }

    /** Built by Debian's rules on first use (half a minute); in the store after that. */
    @Test
    @Tag("vm")
    void aProgramRunsInAMachineUntilItIsUndone() throws Exception {
        SortedMap<String, String> before = picture();
        Outcome converted = convert("tree");
        assertThat(converted.status()).as(converted.toString()).isZero();

        Files.createDirectories(temp.resolve("shown/inner"));
        Files.writeString(temp.resolve("shown/words"), "alpha");
        ProcessResult ours = program(
                root.resolve("usr/bin/tree").toString(), temp.resolve("shown").toString());
        ProcessResult debians = program(
                root.resolve("usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2").toString(),
                "--library-path",
                root.resolve("usr/lib/x86_64-linux-gnu").toString(),
                root.resolve("usr/bin/tree.debian").toString(),
                temp.resolve("shown").toString());
        assertThat(ours.stdout())
                .as(ours.stderrTail())
                .isEqualTo(debians.stdout())
                .contains("words");
        assertThat(run(Command.of("dpkg", "--root=" + root, "--verify", "tree")))
                .isEqualTo(before.get("dpkg --verify"));
        assertThat(convert("--list").out()).contains("tree", "source", "since");
        assertThat(convert("tree").err()).contains("converted already");

        assertThat(convert("--undo", "tree").status()).isZero();
        assertThat(picture()).isEqualTo(before);
        assertThat(desk.packages()).isEmptyDirectory();
        assertThat(convert("--list").out()).isEmpty();
    }

    /** One of them cannot be handed over: the others are, and the same command goes on with it when it can. */
    @Test
    @Tag("vm")
    void allAreConvertedAndAllAreUndone() throws Exception {
        SortedMap<String, String> before = picture();
        Path taken = Files.writeString(root.resolve("usr/bin/tree.debian"), "somebody's");
        Outcome first = convert("--all", "--from-binary");

        assertThat(first.status()).as(first.toString()).isEqualTo(3);
        assertThat(first.err()).contains("htop, 1 of 3", "tree, 3 of 3", "tree is not converted: ");
        assertThat(first.out())
                .contains("3 programs to convert", "converted: htop, jq\n", "not converted:\n  tree: ")
                .contains("left as they are: ", "sudo");
        assertThat(convert("--list").out().lines()).hasSize(2);

        Files.delete(taken);
        Outcome second = convert("--all", "--from-binary", "--json");
        List<String> documents = second.out().lines().toList();
        assertThat(second.status()).as(second.toString()).isEqualTo(3);
        assertThat(documents.get(documents.size() - 1)).startsWith("{\"converted\":[\"tree\"],\"failed\":{},");
        assertThat(convert("--list").out().lines()).hasSize(3);

        Outcome undone = convert("--undo", "--all");
        assertThat(undone.status()).as(undone.toString()).isZero();
        assertThat(undone.out().lines())
                .containsExactly(
                        "tree is Debian's own again", "jq is Debian's own again", "htop is Debian's own again");
        assertThat(picture()).isEqualTo(before);
        assertThat(desk.packages()).isEmptyDirectory();
    }

    /** dpkg notes what is to go before it finds that something needs it. */
    @Test
    @Tag("vm")
    void aPackageThatCannotBeRemovedIsNotLeftToBeRemovedLater() throws Exception {
        Outcome converted = convert("--from-binary", "tree");
        assertThat(converted.status()).as(converted.toString()).isZero();
        Files.writeString(
                root.resolve("var/lib/dpkg/status"),
                "\nPackage: gardener\nStatus: install ok installed\nArchitecture: all\nVersion: 1\nMaintainer: x\n"
                        + "Description: x\nDepends: tree\n",
                StandardOpenOption.APPEND);
        Outcome refused = convert("--finalize", "--yes", "tree");

        assertThat(refused.status()).as(refused.toString()).isEqualTo(1);
        assertThat(refused.err()).contains("gardener depends on tree");
        Command asked = Command.of(
                "dpkg-query",
                "--admindir=" + root.resolve("var/lib/dpkg"),
                "--showformat=${db:Status-Want} ${db:Status-Status}",
                "--show",
                "tree");
        assertThat(run(asked)).isEqualTo("install installed");
        assertThat(convert("--undo", "tree").status()).isZero();
    }

    /** By its own name in the root, as people call it. */
    private ProcessResult program(String... words) throws IOException {
        Command command = Command.of(words).withDirectory(desk.work()).withTimeout(Desk.PATIENCE);
        Map<String, String> environment = Map.of(
                "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME", temp.resolve("home").toString(),
                "LANG", "C.UTF-8",
                "SOURCEOS_RUNTIME", temp.resolve("run").toString(),
                "SOURCEOS_SERVICE", "never");
        return new ProcessRunner().run(command.withOnlyEnvironment(environment), new Cancellation());
    }
}
