package org.sourceos.rebuild.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.rebuild.RebuildException;

final class ResolverTest {
    private static final HostRelease BOOKWORM =
            HostRelease.parse("PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_CODENAME=bookworm\n");

    @TempDir
    Path temp;

    private Path own;
    private Path shipped;

    @BeforeEach
    void makeCatalogue() throws IOException {
        own = Files.createDirectories(temp.resolve("config/packages"));
        shipped = Files.createDirectories(temp.resolve("templates/packages"));
        base("debian-12", "bookworm");
        base("debian-13", "trixie");
        write("templates/kernel/base.config", "CONFIG_64BIT=y\n# CONFIG_PCI is not set\n");
        write("templates/kernel/features/NET.config", "CONFIG_INET=y\n");
        write("templates/kernel/features/DRM.config", "CONFIG_PCI=y\n");
        recipe("linux", "", "kind = \"kernel\"", "");
    }

    private void write(String file, String text) throws IOException {
        Path path = temp.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private void base(String name, String suite) throws IOException {
        write(
                "templates/bases/" + name + "/base.toml",
                "name = \"" + name + "\"\nsuite = \"" + suite + "\"\npackages = []\n");
    }

    private void recipe(String name, String about, String build, String rest) throws IOException {
        Files.writeString(
                shipped.resolve(name + ".source.toml"),
                "[package]\nname = \"" + name + "\"\nversion = \"1.2.3\"\nsource = \"https://example.org/" + name
                        + ".tar.gz\"\n" + about + "\n[build]\n" + build
                        + (build.contains("kernel") ? "" : "\nscript = \"make $FEATURES\"") + "\n" + rest);
    }

    private Catalogue catalogue() {
        return new Catalogue(
                List.of(own, shipped),
                temp.resolve("templates/bases"),
                temp.resolve("templates/kernel"),
                Optional.empty());
    }

    private Resolution resolve(String name, String... features) throws RebuildException {
        return new Resolver(catalogue(), BOOKWORM, "linux").resolve(new Request(name, new TreeSet<>(Set.of(features))));
    }

    @Test
    void aProgramWithANetworkGetsAKernelWithOne() throws Exception {
        recipe("app", "", "", "[dependencies]\nlib = \"*\"\n[runtime]\nnetwork = \"user\"\n");
        recipe("lib", "", "", "");
        assertThat(resolve("app").kernelFeatures()).containsExactly("NET");
        assertThat(resolve("lib").kernelFeatures()).isEmpty();
    }

    @Test
    void aKernelVariantIsLaidOverTheFragmentsAndTheRequestWinsOverTheRecipe() throws Exception {
        recipe("app", "", "", "[kernel]\npreempt = \"full\"\ntimer_hz = 1000\nno_debug = true\n");
        recipe("plain", "", "", "");
        assertThat(resolve("app").kernelOptions())
                .containsEntry("CONFIG_64BIT", "y")
                .containsEntry("CONFIG_PREEMPT", "y")
                .containsEntry("CONFIG_PREEMPT_NONE", "n")
                .containsEntry("CONFIG_HZ_1000", "y")
                .containsEntry("CONFIG_HZ_100", "n")
                .containsEntry("CONFIG_DEBUG_MISC", "n");
        assertThat(resolve("plain").kernelOptions()).doesNotContainKey("CONFIG_HZ_1000");
        KernelWish wish = new KernelWish(new TreeSet<>(Set.of("DRM")), new TreeMap<>(Map.of("timer_hz", "250")));
        Resolution wanted = new Resolver(catalogue(), BOOKWORM, "linux")
                .resolve(new Request("app", new TreeSet<>(), new TreeMap<>(), SettingInputs.NONE, wish));
        assertThat(wanted.kernelFeatures()).containsExactly("DRM");
        assertThat(wanted.kernelOptions())
                .containsEntry("CONFIG_PREEMPT", "y")
                .containsEntry("CONFIG_HZ_250", "y")
                .containsEntry("CONFIG_HZ_1000", "n")
                .containsEntry("CONFIG_PCI", "y");
    }

    @Test
    void ordersPackagesAfterWhatTheyNeed() throws Exception {
        recipe("app", "", "depends = [\"tool\", \"debian:zlib1g-dev\"]", "[dependencies]\nlib = \"1.2\"\n");
        recipe("lib", "", "", "[dependencies]\ncore = \"*\"\n");
        recipe("core", "", "", "");
        recipe("tool", "", "", "[dependencies]\ncore = \"*\"\n");
        Resolution resolution = resolve("app");
        assertThat(resolution.packages().keySet()).containsExactly("core", "lib", "tool", "app");
        assertThat(resolution.runtimeClosure("app"))
                .extracting(ResolvedPackage::name)
                .containsExactly("lib", "core");
        assertThat(resolution.buildClosure("app"))
                .extracting(ResolvedPackage::name)
                .containsExactly("lib", "core", "tool");
        assertThat(resolution.rootPackage().debs()).containsExactly("zlib1g-dev");
        assertThat(resolution.rootPackage().base().name()).isEqualTo("debian-12");
    }

    @Test
    void unitesFeaturesOfAllDependents() throws Exception {
        recipe("app", "", "", "[dependencies]\na = \"*\"\nlib = { version = \"1\", features = [\"wayland\"] }\n");
        recipe("a", "", "", "[dependencies]\nlib = { version = \"*\", features = [\"x11\"] }\n");
        recipe(
                "lib",
                "",
                "",
                "[features.wayland]\ndescription = \"w\"\n[features.x11]\ndescription = \"x\"\nkernel_features = [\"DRM\"]\n"
                        + "[features.cups]\ndescription = \"p\"\n[features.icons]\ndescription = \"i\"\ndefault = true\n");
        Resolution resolution = resolve("app");
        assertThat(resolution.named("lib").features()).containsExactly("icons", "wayland", "x11");
        assertThat(resolution.kernelFeatures()).containsExactly("DRM");
        assertThat(resolution.kernelOptions()).containsEntry("CONFIG_PCI", "y").containsEntry("CONFIG_64BIT", "y");
    }

    @Test
    void followsDependenciesOfFeaturesThatAreOn() throws Exception {
        recipe("app", "", "", "[features.net]\ndescription = \"n\"\n[features.net.dependencies]\nlib = \"*\"\n");
        recipe("lib", "", "", "");
        assertThat(resolve("app").packages()).doesNotContainKey("lib");
        assertThat(resolve("app", "net").packages()).containsKey("lib");
    }

    @Test
    void reportsEverythingThatIsWrongAtOnce() throws Exception {
        recipe(
                "app",
                "",
                "patches = [\"gone.patch\"]",
                "[runtime]\nkernel_features = [\"NETT\"]\n[dependencies]\nlibb = \"1\"\nlib = { version = \"3.24\", features = [\"waylan\"] }\n");
        recipe("lib", "", "", "[features.wayland]\ndescription = \"w\"\n");
        assertThatThrownBy(() -> resolve("app"))
                .isInstanceOfSatisfying(
                        RebuildException.class, e -> assertThat(e.kind()).isEqualTo(RebuildException.Kind.UNUSABLE))
                .hasMessageContaining("there is no recipe for libb; did you mean lib?")
                .hasMessageContaining("lib has no feature waylan; did you mean wayland?")
                .hasMessageContaining("needs lib 3.24, but its recipe makes version 1.2.3")
                .hasMessageContaining("there is no kernel feature NETT; did you mean NET?")
                .hasMessageContaining("the patch gone.patch is not there")
                .hasMessageContaining("app.source.toml:");
    }

    @Test
    void reportsACycleAsAPath() throws Exception {
        recipe("a", "", "", "[dependencies]\nb = \"*\"\n");
        recipe("b", "", "", "[dependencies]\nc = \"*\"\n");
        recipe("c", "", "", "[dependencies]\na = \"*\"\n");
        assertThatThrownBy(() -> resolve("a")).hasMessageContaining("a needs itself: a → b → c → a");
    }

    @Test
    void suggestsTheNearestName() throws Exception {
        recipe("hello", "", "", "");
        assertThatThrownBy(() -> resolve("helo")).hasMessageContaining("did you mean hello?");
        assertThatThrownBy(() -> resolve("../x")).hasMessageContaining("not the name of a recipe");
    }

    @Test
    void prefersTheUsersRecipeAndFindsFolders() throws Exception {
        recipe("hello", "", "", "");
        Path folder = Files.createDirectories(own.resolve("hello"));
        Files.writeString(
                folder.resolve("hello.source.toml"),
                "[package]\nname = \"hello\"\nversion = \"9\"\nsource = \"path:src\"\n[build]\nscript = \"make\"\n");
        Resolution resolution = resolve("hello");
        assertThat(resolution.rootPackage().spec().version()).contains("9");
        assertThat(resolution.rootPackage().recipe().folder()).isEqualTo(folder);
        assertThat(catalogue().names()).containsExactly("hello", "linux");
    }

    @Test
    void doesNotMixBases() throws Exception {
        recipe("app", "", "", "[dependencies]\nlib = \"*\"\n");
        recipe("lib", "", "base = \"debian-13\"", "");
        assertThatThrownBy(() -> resolve("app"))
                .hasMessageContaining("lib is built on debian-13 but is needed by a package built on debian-12");
    }

    @Test
    void namesTheBasesWhenNoneIsForThisRelease() throws Exception {
        recipe("app", "", "", "");
        HostRelease other = HostRelease.parse("PRETTY_NAME='Void Linux'\n");
        assertThatThrownBy(() -> new Resolver(catalogue(), other, "linux").resolve(Request.of("app")))
                .hasMessageContaining("Void Linux")
                .hasMessageContaining("debian-12, debian-13");
    }

    @Test
    void refusesToRunAKernel() {
        assertThatThrownBy(() -> resolve("linux")).hasMessageContaining("is the recipe of a kernel");
    }
}
