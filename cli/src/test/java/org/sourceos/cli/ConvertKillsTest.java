package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
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
import org.sourceos.host.ProcessRunner;
import org.sourceos.host.RunningProcess;
import org.sourceos.importer.convert.Journal;

/**
 * The real program, killed while it converts, undoes, finalizes and swaps, in a real Debian root with its own dpkg. Few kills in
 * every check; {@code -Dkills=300} for more.
 */
@Tag("vm")
class ConvertKillsTest {
    /** Five commands, one of which alternatives lead to. */
    private static final String PACKAGE = "less";

    /** Its removal runs no script, which would want a whole system. */
    private static final String REMOVED = "tree";

    /** What every dpkg that means to write touches first, and leaves where it is killed. */
    private static final Set<String> DPKGS = Set.of(
            "var/lib/dpkg/lock", "var/lib/dpkg/triggers/Lock", "var/lib/dpkg/updates/tmp.i", "var/lib/dpkg/status-old");

    private static final List<String> FOLDERS = List.of("usr/bin", "var/lib/dpkg", "etc");

    @TempDir
    private Path temp;

    private final Random random = new Random(7);
    private Desk desk;
    private Path root;
    private Path state;
    private Path pristine;
    private SortedMap<String, String> before;

    @BeforeEach
    void unpackDebian() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "dpkg-divert changes the files of root only");
        desk = Desk.withConfiguration(temp);
        state = temp.resolve("state");
        Files.createDirectories(state);
        // The store is the shared one, what is converted is not.
        desk = desk.with("SOURCEOS_STATE", state.toString());
        pristine = Files.createDirectory(temp.resolve("pristine"));
        run(Command.of(
                        "tar",
                        "-xf",
                        DebianRoot.archive().toString(),
                        "./bin",
                        "./etc",
                        "./lib",
                        "./usr/bin/less",
                        "./usr/bin/lessecho",
                        "./usr/bin/lessfile",
                        "./usr/bin/lesskey",
                        "./usr/bin/lesspipe",
                        "./usr/bin/tree",
                        "./usr/lib/mime",
                        "./usr/share/doc/less",
                        "./usr/share/doc/tree",
                        "./usr/lib/os-release",
                        "./var/lib/dpkg",
                        "./var/lib/apt/extended_states")
                .withDirectory(pristine));
        root = temp.resolve("debian");
        startAnew();
    }

    private void startAnew() throws IOException {
        Directories.remove(root);
        run(Command.of("cp", "-a", pristine.toString(), root.toString()));
        before = picture();
    }

    @AfterEach
    void removeDebian() throws IOException {
        Directories.remove(root);
        Directories.remove(pristine);
    }

    private static String run(Command command) throws IOException {
        return new ProcessRunner().output(command.withTimeout(Duration.ofMinutes(3)), new Cancellation());
    }

    /** Files by what they are and what is in them. */
    private SortedMap<String, String> picture() throws IOException {
        SortedMap<String, String> all = new TreeMap<>();
        for (String folder : FOLDERS) {
            try (Stream<Path> files = Files.walk(root.resolve(folder))) {
                for (Path file : files.filter(one -> !Files.isDirectory(one, LinkOption.NOFOLLOW_LINKS))
                        .toList()) {
                    String name = root.relativize(file).toString();
                    if (DPKGS.contains(name)) {
                        continue;
                    }
                    // dpkg writes these anew, with the same content.
                    boolean content = name.startsWith("var/lib/dpkg/diversions") || name.equals("var/lib/dpkg/status");
                    Map<String, Object> facts = Files.readAttributes(
                            file, "unix:ino,nlink,mode,uid,gid,size,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
                    all.put(name, content ? Files.readString(file) : new TreeMap<>(facts).toString());
                }
            }
        }
        all.put("audit", audit());
        all.put("verify", run(Command.of("dpkg", "--root=" + root, "--verify", PACKAGE)));
        return all;
    }

    private String audit() throws IOException {
        return run(Command.of("dpkg", "--root=" + root, "--audit"));
    }

    private List<String> words(String... words) {
        List<String> all = new ArrayList<>(List.of("convert", "--root", root.toString()));
        all.addAll(List.of(words));
        return all;
    }

    private Outcome convert(int status, String... words) {
        Outcome outcome = desk.execute(words(words).toArray(String[]::new));
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(status);
        return outcome;
    }

    private String phase() throws IOException {
        return new Journal(state)
                .all().stream()
                        .findFirst()
                        .map(entry ->
                                entry.swap() != null ? "SWAP" : entry.phase().name())
                        .orElse("");
    }

    /** As a program of its own, killed with all it started some time after the instant at which {@code phase} is written. */
    private void killAfter(String phase, int millis, String... words) throws IOException {
        Desk.Screen screen = new Desk.Screen();
        try (RunningProcess process = desk.begin(desk.client(words(words).toArray(String[]::new)), screen)) {
            if (!phase.isEmpty()) {
                while (process.await(Duration.ofMillis(1)).isEmpty() && !phase().equals(phase)) {
                    continue;
                }
            }
            process.await(Duration.ofMillis(random.nextInt(millis)));
            process.kill();
        }
    }

    /** At every path there is Debian's program or a whole one of ours, and that one has a recipe. */
    private void assertEveryCommandWorks() throws IOException {
        for (String name : List.of("less", "lessecho", "lessfile", "lesskey", "lesspipe")) {
            Path command = root.resolve("usr/bin").resolve(name);
            assertThat(command).isExecutable();
            if (Files.mismatch(command, pristine.resolve("usr/bin").resolve(name)) == -1) {
                continue;
            }
            assertThat(Files.readString(command)).startsWith("#!/bin/sh\n").endsWith(" \"$@\"\n");
            Outcome dry = desk.execute("run", "--dry-run", PACKAGE);
            assertThat(dry.status()).as(name + ": " + dry).isZero();
        }
        assertThat(audit()).isEmpty();
    }

    private void assertUndone() throws IOException {
        assertThat(picture()).isEqualTo(before);
        assertThat(phase()).isEmpty();
        try (Stream<Path> left = Files.list(desk.packages())) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void killedAtAnyInstantItEndsInTheOneStateOrTheOther() throws Exception {
        convert(0, "--from-binary", PACKAGE);
        convert(0, "--undo", PACKAGE);
        assertUndone();
        for (int i = 0; i < Integer.getInteger("kills", 10); i++) {
            boolean goOn = i / 6 % 2 == 0;
            switch (i % 6) {
                case 0 -> killedConversion("BEGUN", 150, false);
                case 1 -> killedConversion("BEGUN", 150, true);
                case 2 -> killedUndoing(goOn);
                case 3 -> killedConversion("", 4000, goOn);
                case 4 -> killedSwap(goOn);
                default -> killedFinalizing(goOn);
            }
        }
    }

    private void killedConversion(String phase, int millis, boolean goOn) throws IOException {
        killAfter(phase, millis, "--from-binary", PACKAGE);
        assertEveryCommandWorks();
        undoOr(goOn);
    }

    private void killedUndoing(boolean goOn) throws IOException {
        convert(0, "--from-binary", PACKAGE);
        killAfter("UNDOING", 100, "--undo", PACKAGE);
        assertEveryCommandWorks();
        undoOr(goOn);
    }

    /** By hand what the program is to do after a kill: go on, or go back. */
    private void undoOr(boolean goOn) throws IOException {
        String phase = phase();
        if (goOn && !phase.equals("DONE")) {
            convert(0, "--from-binary", PACKAGE);
            assertThat(phase()).isEqualTo("DONE");
            assertEveryCommandWorks();
        }
        if (!phase().isEmpty()) {
            convert(0, "--undo", PACKAGE);
        }
        assertUndone();
    }

    private void killedSwap(boolean goOn) throws IOException {
        convert(0, "--from-binary", REMOVED);
        killAfter("SWAP", 20, "--continue", REMOVED);
        Outcome dry = desk.execute("run", "--dry-run", REMOVED);
        assertThat(dry.status()).as(dry.toString()).isZero();
        if (goOn && new Journal(state).all().get(0).waiting()) {
            convert(0, "--continue", REMOVED);
            assertThat(new Journal(state).all().get(0).origin()).isEqualTo("source");
        }
        convert(0, "--undo", REMOVED);
        assertUndone();
    }

    private void killedFinalizing(boolean goOn) throws IOException {
        convert(0, "--from-binary", REMOVED);
        killAfter("FINALIZING", 200, "--finalize", "--yes", REMOVED);
        assertThat(root.resolve("usr/bin/tree")).isExecutable();
        if (goOn && !phase().equals("FINALIZED")) {
            convert(0, "--finalize", "--yes", REMOVED);
            assertThat(phase()).isEqualTo("FINALIZED");
            assertThat(root.resolve("usr/bin/tree")).isExecutable();
        }
        convert(0, "--undo", REMOVED);
        assertThat(audit()).isEmpty();
        assertThat(root.resolve("var/lib/dpkg/diversions"))
                .hasSameBinaryContentAs(pristine.resolve("var/lib/dpkg/diversions"));
        assertThat(root.resolve("usr/bin/tree.debian")).doesNotExist();
        Command asked = Command.of(
                "sh",
                "-c",
                "dpkg-query --admindir=\"$1\" -W -f '${db:Status-Status}' tree || echo gone",
                "sh",
                root.resolve("var/lib/dpkg").toString());
        if (run(asked).equals("installed")) {
            assertUndone();
        } else {
            assertThat(root.resolve("usr/bin/tree")).doesNotExist();
            startAnew();
        }
    }
}
