package org.sourceos.config.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All of what Debian really writes can be read, and prints back. */
class RealListsTest {
    private static final Path STATUS = Path.of("/var/lib/dpkg/status");
    private static final Path CAT = Path.of("/usr/lib/apt/apt-helper");
    private static final List<String> RELATIONS = List.of(
            "Depends",
            "Pre-Depends",
            "Recommends",
            "Suggests",
            "Enhances",
            "Breaks",
            "Conflicts",
            "Replaces",
            "Provides",
            "Build-Depends",
            "Build-Depends-Indep",
            "Build-Depends-Arch",
            "Build-Conflicts",
            "Built-Using");

    @TempDir
    private Path temp;

    @Test
    void thisMachinesStatusPrintsBack() throws Exception {
        assumeTrue(Files.isReadable(STATUS), "there is no dpkg here");
        assertThat(check("cat", STATUS.toString())).isPositive();
    }

    @Test
    void thisMachinesListsPrintBack() throws Exception {
        List<Path> lists = lists(Path.of("/var/lib/apt/lists"));
        assumeTrue(!lists.isEmpty(), "apt has no lists here; the slow test fetches its own");
        for (Path list : lists) {
            check(CAT.toString(), "cat-file", list.toString());
        }
    }

    @Test
    @Tag("slow")
    void theSuitesPackagesAndSourcesPrintBack() throws Exception {
        assumeTrue(Files.isExecutable(CAT), "there is no apt here");
        fetch();
        List<Path> lists = lists(temp.resolve("state/lists"));
        assumeTrue(!lists.isEmpty(), "apt could not fetch any list; is there a network?");
        int paragraphs = 0;
        for (Path list : lists) {
            paragraphs += check(CAT.toString(), "cat-file", list.toString());
        }
        assertThat(lists).anyMatch(list -> list.toString().contains("_Sources"));
        assertThat(paragraphs).isGreaterThan(50_000);
    }

    private static List<Path> lists(Path folder) throws IOException {
        if (!Files.isDirectory(folder) || !Files.isExecutable(CAT)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().matches(".*_(Packages|Sources)(\\.[a-z0-9]+)?"))
                    .sorted()
                    .toList();
        }
    }

    /** The machine's own sources, with source packages, in a state of apt's that is ours. */
    private void fetch() throws Exception {
        StringBuilder sources = new StringBuilder();
        for (String place : List.of("/etc/apt/sources.list", "/etc/apt/sources.list.d")) {
            Path path = Path.of(place);
            List<Path> files = new ArrayList<>();
            if (Files.isRegularFile(path)) {
                files.add(path);
            } else if (Files.isDirectory(path)) {
                try (Stream<Path> inside = Files.list(path)) {
                    files.addAll(inside.sorted().toList());
                }
            }
            for (Path file : files) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                List<SourceEntry> entries = (file.toString().endsWith(".sources")
                                ? AptSources.parseDeb822(text)
                                : AptSources.parseList(text))
                        .entries();
                entries.forEach(entry -> sources.append(
                        entry.withTypes(List.of("deb", "deb-src")).print()));
            }
        }
        Files.writeString(temp.resolve("all.sources"), sources);
        Files.createDirectories(temp.resolve("state/lists/partial"));
        Files.createDirectories(temp.resolve("cache/archives/partial"));
        List<String> argv = List.of(
                "apt-get",
                "update",
                "-qq",
                "-o",
                "Dir::State=" + temp.resolve("state"),
                "-o",
                "Dir::Cache=" + temp.resolve("cache"),
                "-o",
                "Dir::Etc::sourcelist=" + temp.resolve("all.sources"),
                "-o",
                "Dir::Etc::sourceparts=/dev/null",
                "-o",
                "APT::Sandbox::User=root");
        Process apt = new ProcessBuilder(argv)
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("apt.log").toFile())
                .start();
        assertThat(apt.waitFor(5, TimeUnit.MINUTES)).isTrue();
    }

    private static int check(String... argv) throws Exception {
        Process process = new ProcessBuilder(argv)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        int paragraphs = 0;
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.ISO_8859_1))) {
            Deque<String> read = new ArrayDeque<>();
            Iterator<String> lines =
                    reader.lines().map(line -> line + "\n").peek(read::add).iterator();
            Iterator<Deb822.Paragraph> all = Deb822.read(lines).iterator();
            StringBuilder printed = new StringBuilder();
            while (all.hasNext()) {
                Deb822.Paragraph paragraph = all.next();
                printed.append(paragraph.print());
                check(paragraph);
                paragraphs++;
                if (printed.length() > 1 << 20) {
                    compare(printed, read);
                }
            }
            compare(printed, read);
            assertThat(read).isEmpty();
        }
        assertThat(process.waitFor()).isZero();
        return paragraphs;
    }

    /** What was printed is what was read so far; a line more may have been read. */
    private static void compare(StringBuilder printed, Deque<String> read) {
        int at = 0;
        while (at < printed.length()) {
            String line = read.removeFirst();
            if (!printed.substring(at, at + line.length()).equals(line)) {
                assertThat(printed.substring(at, at + line.length())).isEqualTo(line);
            }
            at += line.length();
        }
        printed.setLength(0);
    }

    private static void check(Deb822.Paragraph paragraph) {
        for (String field : RELATIONS) {
            String value = paragraph.field(field).orElse("");
            if (!value.isEmpty()) {
                String printed = Relations.parse(value).print();
                if (!squeezed(printed).equals(squeezed(value))) {
                    assertThat(squeezed(printed)).isEqualTo(squeezed(value));
                }
            }
        }
        String version = paragraph.field("Version").orElse("");
        if (!version.isEmpty() && DebianVersion.parse(version).isEmpty()) {
            assertThat(version).isEqualTo("a version");
        }
    }

    /** White space means nothing, nor does a comma too many. */
    private static String squeezed(String value) {
        return value.replaceAll("\\s+", "").replaceAll(",+", ",").replaceAll("^,|,$", "");
    }
}
