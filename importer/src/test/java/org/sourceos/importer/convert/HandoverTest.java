package org.sourceos.importer.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.host.Cancellation;
import org.sourceos.host.ProcessRunner;
import org.sourceos.importer.ImportException;

/** With the machine's own dpkg-divert, on a root of our own. */
class HandoverTest {
    private static final List<Journal.Placed> PLACED = List.of(
            new Journal.Placed("/usr/bin/greet", "#!/bin/sh\necho machine\n", 0755),
            new Journal.Placed("/bin/wave", "#!/bin/sh\necho waves\n", 0755),
            new Journal.Placed("/usr/share/applications/greet.desktop", "[Desktop Entry]\n", 0644));

    @TempDir
    private Path temp;

    private SmallDebian debian;
    private Journal.Entry entry;
    private SortedMap<String, String> before;

    /** Stands for a kill: nothing of ours handles it. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    @BeforeEach
    void installTwoPrograms() throws Exception {
        debian = SmallDebian.in(temp)
                .install(
                        "greet",
                        List.of(),
                        "/usr/bin/greet",
                        "/bin/wave",
                        PLACED.get(2).path());
        // A program is no text.
        Files.write(debian.root().resolve("usr/bin/wave"), new byte[] {0x7f, 'E', 'L', 'F', (byte) 0x80, (byte) 0xff});
        Handover handover = handover(Integer.MAX_VALUE);
        entry = new Journal.Entry(
                1,
                "greet",
                "1.0-2",
                "/",
                "source",
                false,
                Journal.Phase.BEGUN,
                "now",
                "fresh",
                "",
                "",
                List.of(),
                PLACED,
                handover.diversions(false),
                handover.diversions(true),
                null);
        before = picture();
    }

    private Handover handover(int steps) throws IOException {
        int[] left = {steps};
        return new Handover(debian.root(), new ProcessRunner(), new Cancellation(), () -> {
            if (left[0]-- == 0) {
                throw new Killed();
            }
        });
    }

    private SortedMap<String, String> picture() throws IOException {
        SortedMap<String, String> all = new TreeMap<>();
        try (Stream<Path> files = Files.walk(debian.root())) {
            for (Path file : files.filter(one -> !Files.isDirectory(one, LinkOption.NOFOLLOW_LINKS))
                    .toList()) {
                String name = debian.root().relativize(file).toString();
                // dpkg writes its own anew; all others are the same files, not copies.
                String same = name.startsWith("var/lib/dpkg/div")
                        ? ""
                        : Files.readAttributes(file, "unix:ino,mode,lastModifiedTime", LinkOption.NOFOLLOW_LINKS)
                                .toString();
                all.put(
                        name,
                        same + (Files.isSymbolicLink(file) ? "" : Files.readString(file, StandardCharsets.ISO_8859_1)));
            }
        }
        return all;
    }

    @Test
    void putsOursInTheirPlacesAndKeepsTheirsUnderTheNameThatDpkgUses() throws Exception {
        handover(Integer.MAX_VALUE).apply(PLACED);

        Path root = debian.root();
        assertThat(root.resolve("usr/bin/greet"))
                .hasContent("#!/bin/sh\necho machine\n")
                .isExecutable();
        assertThat(root.resolve("usr/bin/greet.debian")).hasContent("of greet");
        assertThat(root.resolve("usr/bin/wave.debian")).hasSize(6);
        assertThat(Files.readString(root.resolve("var/lib/dpkg/diversions")))
                .contains("/usr/bin/greet\n/usr/bin/greet.debian\n:\n", "/bin/wave\n/bin/wave.debian\n:\n");
    }

    @Test
    void undoesToTheSameBytesInTheSameFiles() throws Exception {
        handover(Integer.MAX_VALUE).apply(PLACED);
        handover(Integer.MAX_VALUE).revert(entry);

        assertThat(picture()).isEqualTo(before);
    }

    @Test
    void killedAtAnyStepItCanBeUndoneAndItCanBeFinished() throws Exception {
        handover(Integer.MAX_VALUE).apply(PLACED);
        SortedMap<String, String> done = content();
        handover(Integer.MAX_VALUE).revert(entry);
        int step = 0;
        for (boolean killed = true; killed; step++) {
            killed = isKilled(handover(step), true);
            assertThat(Files.exists(debian.root().resolve("usr/bin/greet"))).isTrue();
            handover(Integer.MAX_VALUE).revert(entry);
            assertThat(picture()).as("undone after step " + step).isEqualTo(before);

            isKilled(handover(step), true);
            handover(Integer.MAX_VALUE).apply(PLACED);
            assertThat(content()).as("finished after step " + step).isEqualTo(done);
            handover(Integer.MAX_VALUE).revert(entry);
        }
        assertThat(step).isGreaterThan(8);
    }

    @Test
    void killedWhileItIsUndoneItIsUndoneByTheNext() throws Exception {
        int step = 0;
        for (boolean killed = true; killed; step++) {
            handover(Integer.MAX_VALUE).apply(PLACED);
            killed = isKilled(handover(step), false);
            assertThat(Files.exists(debian.root().resolve("usr/bin/greet"))).isTrue();
            handover(Integer.MAX_VALUE).revert(entry);
            assertThat(picture()).as("undone after step " + step).isEqualTo(before);
        }
        assertThat(step).isGreaterThan(6);
    }

    private boolean isKilled(Handover handover, boolean applying) throws IOException, ImportException {
        try {
            if (applying) {
                handover.apply(PLACED);
            } else {
                handover.revert(entry);
            }
            return false;
        } catch (Killed e) {
            return true;
        }
    }

    /** What is where, whichever file it is. */
    private SortedMap<String, String> content() throws IOException {
        SortedMap<String, String> all = picture();
        all.replaceAll((name, text) -> text.replaceFirst("^\\{[^}]*\\}", ""));
        all.keySet().removeIf(name -> name.endsWith("diversions-old"));
        return all;
    }

    @Test
    void leavesWhatSomebodyElseDivertedMeanwhile() throws Exception {
        handover(Integer.MAX_VALUE).apply(PLACED);
        Path list = debian.root().resolve("var/lib/dpkg/diversions");
        Files.writeString(list, Files.readString(list) + "/usr/bin/other\n/usr/bin/other.mine\n:\n");
        handover(Integer.MAX_VALUE).revert(entry);

        assertThat(Files.readString(list))
                .contains("/usr/bin/other.mine", "/bin/sh.distrib")
                .doesNotContain(".debian");
    }

    @Test
    void refusesPlacesThatAreTaken() throws Exception {
        debian.write("/usr/bin/greet.debian", "mine");
        assertThatThrownBy(() -> handover(0).check(PLACED))
                .isInstanceOf(ImportException.class)
                .hasMessageContaining("/usr/bin/greet.debian");
        assertThatThrownBy(() -> handover(0).check(List.of(new Journal.Placed("/bin/sh", "", 0755))))
                .hasMessageContaining("diverted already");
    }
}
