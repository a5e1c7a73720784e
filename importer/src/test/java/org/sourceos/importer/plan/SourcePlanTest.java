package org.sourceos.importer.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sourceos.config.debian.Deb822;
import org.sourceos.host.Cancellation;
import org.sourceos.importer.plan.SourcePlan.Extent;

class SourcePlanTest {
    private final PackageIndex index = new PackageIndex("amd64");

    private void source(String name, String buildDepends) {
        index.addSources(Deb822.lines("Package: " + name + "\nVersion: 1-1\nBuild-Depends: " + buildDepends
                + "\nFiles:\n 0123 1048576 " + name + ".tar.xz\n\n"));
    }

    private void binary(String name, String source, String depends, String... further) {
        index.addPackages(Deb822.lines("Package: " + name + "\nVersion: 1-1\nSource: " + source + " (1-1)\nDepends: "
                + depends + "\nInstalled-Size: 100\n" + String.join("\n", further) + "\n\n"));
    }

    private SourcePlan plan(Extent extent, String... names) {
        return SourcePlan.of(index, List.of(names), extent, new Cancellation());
    }

    private static List<String> order(SourcePlan plan) {
        return plan.order().stream().map(SourcePackage::name).toList();
    }

    private void somePackages() {
        source("libc", "");
        binary("libc6", "libc", "", "Essential: yes");
        source("lib", "make-tool");
        binary("lib1", "lib", "libc6");
        binary("lib-dev", "lib", "lib1");
        source("make-tool", "libc6");
        binary("make-tool", "make-tool", "libc6");
        source("app", "lib-dev, make-tool [amd64], other [arm64], checks <!nocheck>");
        binary("app", "app", "lib1, libc6");
        source("checks", "");
        binary("checks", "checks", "");
    }

    @Test
    void plansWhatRunsWithDebiansTools() {
        somePackages();
        SourcePlan plan = plan(Extent.PROGRAMS, "app");
        assertThat(order(plan)).containsExactly("lib", "app");
        assertThat(plan.cycles()).isEmpty();
        assertThat(plan.estimate().download()).isEqualTo(2 << 20);
    }

    @Test
    void plansToolsToo() {
        somePackages();
        assertThat(order(plan(Extent.TOOLS, "app")))
                .containsExactlyInAnyOrder("make-tool", "lib", "checks", "app")
                .endsWith("app")
                .containsSubsequence("make-tool", "lib", "app");
    }

    @Test
    void namesCirclesAndCutsThemAtBinaries() {
        source("compiler", "compiler, docs");
        binary("compiler", "compiler", "");
        source("docs", "compiler");
        binary("docs", "docs", "");
        source("app", "compiler");
        binary("app", "app", "");
        SourcePlan plan = plan(Extent.TOOLS, "app");
        assertThat(plan.cycles()).containsExactly(List.of("compiler", "docs"));
        assertThat(plan.cuts()).containsEntry("compiler", "compiler");
        assertThat(order(plan)).containsExactlyInAnyOrder("compiler", "docs", "app");
        assertThat(plan.cuts()).hasSize(1);
        assertThat(order(plan)).containsSubsequence("docs", "compiler");
    }

    @Test
    void takesProvidersAndSaysWhatIsMissing() {
        source("app", "virtual-tool, nowhere (>= 2)");
        binary("app", "app", "");
        source("tool", "");
        binary("tool", "tool", "", "Provides: virtual-tool");
        SourcePlan plan = plan(Extent.TOOLS, "app");
        assertThat(order(plan)).containsExactly("tool", "app");
        assertThat(plan.missing()).containsEntry("src:app", new java.util.TreeSet<>(List.of("nowhere (>= 2)")));
    }

    @Test
    void ofSeveralVersionsTheNewestCounts() {
        source("app", "");
        index.addSources(
                Deb822.lines("Package: app\nVersion: 1-2\nFiles:\n 0 5 a\n\nPackage: app\nVersion: 1~rc1-9\n\n"));
        assertThat(index.sourceOf("app").orElseThrow().version()).isEqualTo("1-2");
        assertThat(index.unusable()).isZero();
    }

    @Test
    void whatABuildNeedsIsCountedWithWhatThatNeeds() {
        index.addPackages(Deb822.lines("""
                Package: cargo
                Version: 1-1
                Depends: rustc, libc6
                Installed-Size: 1000

                Package: rustc
                Version: 1-1
                Depends: cargo | other
                Installed-Size: 20000

                Package: tool
                Version: 1-1
                Depends: rustc
                Installed-Size: 7

                Package: libc6
                Version: 1-1
                Priority: required
                Installed-Size: 300000
                """));

        assertThat(index.installedKib(List.of("cargo", "rustc", "gone"), List.of()))
                .isEqualTo(21_000);
        assertThat(index.installedKib(List.of("cargo", "tool"), List.of("rustc")))
                .isEqualTo(7);
    }

    @Test
    void aSourcesSizeIsKnownWhereThereAreNoMd5Sums() {
        index.addSources(Deb822.lines("Package: fox\nVersion: 1-1\nChecksums-Sha256:\n"
                + " 0123 1000 fox.dsc\n 4567 2097152 fox.tar.xz\n\n"));

        assertThat(index.source("fox").orElseThrow().bytes()).isEqualTo(2_098_152);
    }
}
