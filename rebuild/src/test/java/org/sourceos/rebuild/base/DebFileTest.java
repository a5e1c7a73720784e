package org.sourceos.rebuild.base;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sourceos.config.lock.LockFile;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.gitstore.tree.TreePath;
import org.sourceos.rebuild.apt.LocalRepository;

/** Packages made by the real dpkg-deb. */
class DebFileTest {
    @TempDir
    Path folder;

    private LocalRepository repository;
    private int opened;

    @BeforeEach
    void makeRepository() throws Exception {
        repository = new LocalRepository(Files.createDirectory(folder.resolve("repo")));
    }

    private DebFile open(Path file) throws IOException {
        return DebFile.open(file, Files.createDirectory(folder.resolve("open" + opened++)));
    }

    private static List<String> paths(DebFiles files) throws IOException {
        List<String> paths = new ArrayList<>();
        files.visit(entry -> {
            if (!(entry.kind() instanceof FileKind.Directory)) {
                paths.add(entry.path().toString());
            }
        });
        return paths;
    }

    @Test
    void laysPackagesOverEachOtherBelowUsr() throws Exception {
        DebFile one = open(repository.addBinary(
                "one",
                "1:1-1",
                "Depends: two (>= 1) | x, libc6\n",
                List.of("lib/a.so", "usr/share/doc/one/copyright")));
        DebFile two = open(repository.addBinary("two", "1", "", List.of("usr/lib/b.so", "bin/tool")));
        assertThat(one.name()).isEqualTo("one");
        assertThat(one.version()).isEqualTo("1:1-1");
        assertThat(one.depends()).containsExactly("libc6", "two", "x");
        assertThat(paths(new DebFiles(List.of(one, two), true)))
                .containsExactlyInAnyOrder("usr/lib/a.so", "usr/lib/b.so", "usr/bin/tool");
        assertThat(paths(new DebFiles(List.of(one, two), false)))
                .containsExactlyInAnyOrder("lib/a.so", "usr/lib/b.so", "bin/tool");
        List<TreePath> folders = new ArrayList<>();
        new DebFiles(List.of(one, two), true).visit(entry -> folders.add(entry.path()));
        assertThat(folders).doesNotHaveDuplicates().startsWith(TreePath.ROOT).doesNotContain(TreePath.of("lib"));
    }

    @Test
    void refusesWhateverIsNoPackageAndSaysWhichFile() throws Exception {
        byte[] sound = Files.readAllBytes(repository.addBinary("one", "1", "", List.of("usr/lib/a")));
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            byte[] broken = sound.clone();
            if (i % 2 == 0) {
                broken = java.util.Arrays.copyOf(broken, random.nextInt(broken.length));
            } else {
                broken[random.nextInt(200)] ^= (byte) (1 + random.nextInt(255));
            }
            Path file = Files.write(folder.resolve("broken.deb"), broken);
            try {
                DebFile deb = open(file);
                paths(new DebFiles(List.of(deb), true));
            } catch (IOException e) {
                assertThat(e).hasMessageMatching("(?s).+");
            }
        }
        Path text = Files.writeString(folder.resolve("text.deb"), "no package");
        assertThatThrownBy(() -> open(text)).isInstanceOf(IOException.class).hasMessageContaining("text.deb");
    }

    @Test
    void recordsWhatEachPackageRequiresOfTheOthers() throws Exception {
        List<DebFile> debs = new ArrayList<>(List.of(
                open(repository.addBinary("app", "1", "Depends: mid, virtual\n", List.of("usr/a"))),
                open(repository.addBinary("mid", "1", "Pre-Depends: low:any (= 1)\n", List.of("usr/b"))),
                open(repository.addBinary("low", "1", "Provides: virtual (= 1)\n", List.of("usr/c"))),
                open(repository.addBinary("stray", "1", "", List.of("usr/d")))));
        debs.sort(Comparator.comparing(DebFile::name));
        Map<String, String> hashes = Map.of("app", "a", "mid", "b", "low", "c", "stray", "d");
        var pins = DebPins.of("base", List.of("app"), debs, hashes);
        assertThat(requireNonNull(pins.get("base:app")).requires())
                .containsExactly("base:low", "base:mid", "base:stray");
        assertThat(requireNonNull(pins.get("base:mid")).requires()).containsExactly("base:low");
        LockFile lock = new LockFile(new TreeMap<>(), new TreeMap<>(), pins);
        assertThat(DebPins.complete("base", List.of("app"), lock)).contains(pins);
        assertThat(DebPins.complete("base", List.of("mid"), lock).orElseThrow())
                .containsOnlyKeys("base:low", "base:mid");
        assertThat(DebPins.complete("base", List.of("other"), lock)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"lib/x,usr/lib/x", "lib64,usr/lib64", "library/x,library/x", "usr/lib/x,usr/lib/x", "sbin/y,usr/sbin/y"
    })
    void putsPathsWhereMergedUsrHasThem(String path, String merged) {
        assertThat(DebianPaths.merged(TreePath.of(path))).isEqualTo(TreePath.of(merged));
    }

    @Test
    void saysWhichPackagesChanged() {
        PackageList before = PackageList.of(List.of("a=1", "b=1", "c=1"));
        PackageList after = PackageList.of(List.of("a=1", "b=2", "d=1"));
        assertThat(before.changesTo(after)).containsExactly("b 1 → 2", "- c 1", "+ d 1");
    }
}
