package org.sourceos.rebuild.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.config.lock.LockFile;

/** Of the recipes that are shipped: what is not to be part of a key is not. */
final class KeysTest {
    private static final Path TEMPLATES = Path.of("../templates");
    private static final HostRelease BOOKWORM =
            HostRelease.parse("PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_CODENAME=bookworm\n");
    private static final String SHA256 = "0123456789abcdef".repeat(4);

    @TempDir
    private Path own;

    private String kernel = "";

    @BeforeEach
    void copyTheKernelsRecipe() throws Exception {
        Path shipped = TEMPLATES.resolve("packages/linux");
        kernel = Files.readString(shipped.resolve("linux.source.toml"));
        Files.copy(shipped.resolve("tcg-timers.patch"), own.resolve("tcg-timers.patch"));
    }

    private Keys keys(String recipe) throws Exception {
        Files.writeString(own.resolve("linux.source.toml"), recipe);
        Catalogue catalogue = new Catalogue(
                List.of(own, TEMPLATES.resolve("packages")),
                TEMPLATES.resolve("bases"),
                TEMPLATES.resolve("kernel"),
                Optional.empty());
        Resolution resolution =
                new Resolver(catalogue, BOOKWORM, "linux").resolve(new Request("hello", new TreeSet<>()));
        LockFile lock = LockFile.empty();
        for (ResolvedPackage each : List.of(resolution.kernel(), resolution.rootPackage())) {
            lock = lock.withSource(
                            each.spec().source().location().text(),
                            new LockFile.SourcePin(SHA256, Optional.of("1.0"), Optional.empty()))
                    .withBase(each.base().name(), new LockFile.BasePin(SHA256, List.of()));
            for (String deb : each.debs()) {
                lock = lock.withDeb(each.base().name() + ":" + deb, new LockFile.DebPin("1", SHA256, List.of()));
            }
        }
        return new Keys(resolution, lock, new TreeMap<>(), new TreeMap<>(), "x86_64");
    }

    @Test
    void howMuchABuildPrintsIsNoPartOfItsKey() throws Exception {
        assertThat(kernel).contains("\noutput_lines = ").contains("\noutput_prefix = ");
        String silent = kernel.replaceAll("(?m)^output_(lines|prefix) = .*\n", "");
        String other = silent.replace("[build]\n", "[build]\noutput_lines = 7\noutput_prefix = \"x\"\n");
        Keys shipped = keys(kernel);
        assertThat(shipped.ofKernel()).isPresent().isEqualTo(keys(silent).ofKernel());
        assertThat(shipped.ofKernel()).isEqualTo(keys(other).ofKernel());
        assertThat(shipped.ofImage()).isPresent().isEqualTo(keys(other).ofImage());
        assertThat(shipped.ofKernel().orElseThrow().inputs().values()).doesNotContainValue("  CC ");
    }

    @Test
    void whatABuildDoesIsPartOfIt() throws Exception {
        String other = kernel.replace("script = \"sed", "script = \"true; sed");
        assertThat(keys(other).ofKernel()).isPresent().isNotEqualTo(keys(kernel).ofKernel());
    }
}
