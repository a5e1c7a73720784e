package org.sourceos.rebuild.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.rebuild.RebuildException;

class BootInstallerTest {
    @TempDir
    private Path folder;

    private Path boot() throws IOException {
        return Files.createDirectories(folder.resolve("boot"));
    }

    private BootInstaller.Kernel kernel(int generation, String content) throws IOException {
        Path file = Files.writeString(folder.resolve("bzImage-" + content), content);
        return new BootInstaller.Kernel(
                generation,
                "SourceOS,\ngeneration " + generation,
                "6.1.187-sourceos",
                "key" + content,
                file,
                Optional.empty(),
                List.of("root=LABEL=system", "ro"));
    }

    private BootInstaller.Result install(int generation, String content, int keep) throws Exception {
        return install(generation, content, keep, OptionalInt.empty());
    }

    private BootInstaller.Result install(int generation, String content, int keep, OptionalInt good) throws Exception {
        return new BootInstaller(BootRoot.of(boot())).install(kernel(generation, content), keep, good);
    }

    private Map<String, String> entry(int generation) throws IOException {
        return BootEntry.parse(Files.readString(boot().resolve("loader/entries/sourceos-" + generation + ".conf")));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(boot())) {
            return all.filter(Files::isRegularFile)
                    .map(path -> folder.resolve("boot").relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void anEntryNamesTheKernelThatWasCopiedAndIsTheDefault() throws Exception {
        BootInstaller.Result result = install(4, "one", 3);

        assertThat(result.entry()).hasFileName("sourceos-4.conf");
        Map<String, String> entry = entry(4);
        assertThat(entry)
                .containsEntry("title", "SourceOS, generation 4")
                .containsEntry("sort-key", "sourceos")
                .containsEntry("version", "6.1.187-sourceos-g4")
                .containsEntry("linux", "/sourceos/keyone/linux")
                .containsEntry("options", "root=LABEL=system ro sourceos.generation=4")
                .doesNotContainKey("initrd");
        assertThat(boot().resolve("sourceos/keyone/linux")).hasContent("one");
        assertThat(boot().resolve("loader/loader.conf")).hasContent("default sourceos-4.conf\n");
        assertThat(boot().resolve("loader/entries.srel")).hasContent("type1\n");
        assertThat(BootInstaller.generationOf("quiet sourceos.generation=4 ro")).hasValue(4);
        assertThat(BootInstaller.generationOf("quiet ro")).isEmpty();
    }

    @Test
    void anInitrdGoesWithTheKernel() throws Exception {
        Path initrd = Files.writeString(folder.resolve("initrd.img"), "initrd");
        BootInstaller.Kernel kernel = kernel(1, "one");
        new BootInstaller(BootRoot.of(boot()))
                .install(
                        new BootInstaller.Kernel(
                                1, "t", "6.1", "key", kernel.file(), Optional.of(initrd), List.of("ro", "--", "x")),
                        2,
                        OptionalInt.empty());

        assertThat(entry(1)).containsEntry("options", "ro sourceos.generation=1 -- x");
        String path = String.valueOf(entry(1).get("initrd"));
        assertThat(path).startsWith("/sourceos/initrd-");
        assertThat(boot().resolve(path.substring(1))).hasContent("initrd");
    }

    @Test
    void theUsersLinesOfTheLoaderConfigurationStay() throws Exception {
        Files.createDirectories(boot().resolve("loader"));
        Files.writeString(
                boot().resolve("loader/loader.conf"),
                "# mine\ntimeout 5\ndefault debian*\ndefault-x y\nconsole-mode max\n");
        install(1, "one", 3);

        assertThat(boot().resolve("loader/loader.conf"))
                .hasContent("# mine\ntimeout 5\ndefault sourceos-1.conf\ndefault-x y\nconsole-mode max\n");
    }

    @Test
    void olderEntriesGoAndTheOneThatIsKnownToStartStays() throws Exception {
        install(1, "one", 3);
        install(2, "two", 3);
        install(3, "three", 3);
        // Generation 1 runs: neither 2 nor 3 has ever started.
        BootInstaller.Result result = install(4, "four", 3, OptionalInt.of(1));

        assertThat(result.removed()).containsExactly(2);
        assertThat(files())
                .contains("sourceos/keyone/linux", "loader/entries/sourceos-1.conf", "sourceos/keythree/linux")
                .doesNotContain("sourceos/keytwo/linux", "loader/entries/sourceos-2.conf");
        assertThat(boot().resolve("sourceos/keytwo")).doesNotExist();
        // Nothing is known to run: what was the default is kept, and never fewer than two.
        assertThat(install(5, "five", 0).removed()).containsExactly(1, 3);
        assertThat(files()).contains("loader/entries/sourceos-4.conf", "loader/entries/sourceos-5.conf");
    }

    @Test
    void aKernelThatTwoEntriesShareStaysUntilBothAreGone() throws Exception {
        install(1, "same", 2);
        install(2, "same", 2);
        install(3, "other", 2);
        assertThat(files()).contains("sourceos/keysame/linux").doesNotContain("loader/entries/sourceos-1.conf");
        install(4, "other", 2, OptionalInt.of(3));
        assertThat(files()).doesNotContain("sourceos/keysame/linux");
    }

    @Test
    void anotherKernelForTheSameGenerationTakesThePlaceOfTheFirst() throws Exception {
        install(1, "one", 3);
        install(1, "two", 3);

        assertThat(entry(1)).containsEntry("linux", "/sourceos/keytwo/linux");
        assertThat(files()).doesNotContain("sourceos/keyone/linux");
    }

    @Test
    void whatSomebodyElseMadeOrChangedStays() throws Exception {
        Files.createDirectories(boot().resolve("loader/entries"));
        Files.writeString(boot().resolve("loader/entries/debian.conf"), "title Debian\n");
        Files.writeString(boot().resolve("loader/entries/sourceos-9.conf"), "title by hand\n");
        assertThatThrownBy(() -> install(9, "nine", 2))
                .isInstanceOf(RebuildException.class)
                .hasMessageContaining("sourceos-9.conf is there, and sourceos-rebuild boot has not made it");
        assertThat(boot().resolve("sourceos")).doesNotExist();

        install(1, "one", 2);
        Files.writeString(boot().resolve("loader/entries/sourceos-1.conf"), "title changed\n");
        install(2, "two", 2);
        BootInstaller.Result result = install(3, "three", 2);
        assertThat(result.left()).containsExactly(boot().resolve("loader/entries/sourceos-1.conf"));
        assertThat(files()).contains("loader/entries/debian.conf", "loader/entries/sourceos-1.conf");
    }

    /** Killed between the note and the default: the next one takes what was made for its own. */
    @Test
    void aHalfMadeInstallationIsFinishedByTheNext() throws Exception {
        install(1, "one", 3);
        Files.delete(boot().resolve("loader/entries/sourceos-1.conf"));
        Files.writeString(boot().resolve("sourceos/keyone/linux"), "o");
        install(1, "one", 3);

        assertThat(boot().resolve("sourceos/keyone/linux")).hasContent("one");
        assertThat(entry(1)).containsEntry("linux", "/sourceos/keyone/linux");
    }

    @Test
    void aDamagedNoteIsNamedAndNothingIsChanged() throws Exception {
        install(1, "one", 3);
        Files.writeString(boot().resolve("sourceos/installed.json"), "{\"entries\":[{}]}");
        List<String> before = files();

        assertThatThrownBy(() -> install(2, "two", 3))
                .isInstanceOf(RebuildException.class)
                .hasMessageContaining("installed.json is damaged: remove it");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void thePartitionIsFoundAsBootLoadersFindIt() {
        String root = "22 1 254:0 / / rw - ext4 /dev/vda rw";
        assertThat(BootRoot.among(List.of(root))).isEmpty();
        assertThat(BootRoot.among(List.of(root, "30 22 254:1 / /boot/efi rw,relatime - vfat /dev/vda1 rw")))
                .contains(BootRoot.of(Path.of("/boot/efi")));
        assertThat(BootRoot.among(List.of(
                        "30 22 254:1 / /efi rw - vfat /dev/vda1 rw", "31 22 254:2 / /boot rw - vfat /dev/vda2 rw")))
                .contains(new BootRoot(Path.of("/boot"), Path.of("/efi")));
    }
}
