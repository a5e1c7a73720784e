package org.sourceos.importer.scope;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.sourceos.config.debian.Relations;

class ChosenPackagesTest {
    private final SortedMap<String, DpkgPackage> packages = new TreeMap<>();

    private ChosenPackagesTest with(String name, String priority, String depends) {
        packages.put(
                name,
                new DpkgPackage(
                        name,
                        "amd64",
                        "1",
                        false,
                        priority,
                        false,
                        new TreeMap<>(),
                        Relations.parse(depends),
                        Relations.NONE));
        return this;
    }

    private List<String> chosen(String... manual) {
        return List.copyOf(new ChosenPackages(packages).of(new TreeSet<>(List.of(manual))));
    }

    @Test
    void leavesOutTheBaseSystemAndWhatOthersNeed() {
        with("libc6", "optional", "").with("bash", "required", "libc6").with("desktop", "optional", "editor, libc6");
        with("editor", "optional", "lib").with("lib", "optional", "").with("tool", "optional", "");
        assertThat(chosen("libc6", "bash", "desktop", "editor", "lib", "tool")).containsExactly("desktop", "tool");
    }

    @Test
    void anAlternativeThatWouldNotComeByItselfIsAChoice() {
        with("mail", "optional", "exim | postfix")
                .with("postfix", "optional", "")
                .with("exim", "optional", "");
        assertThat(chosen("mail", "postfix", "exim")).containsExactly("mail", "postfix");
        packages.remove("exim");
        assertThat(chosen("mail", "postfix")).containsExactly("mail", "postfix");
    }

    @Test
    void ofPackagesThatNeedEachOtherOneStandsForAll() {
        with("a", "optional", "b")
                .with("b", "optional", "c")
                .with("c", "optional", "a")
                .with("d", "optional", "c");
        assertThat(chosen("a", "b", "c")).containsExactly("a");
        assertThat(chosen("a", "b", "c", "d")).containsExactly("d");
    }
}
