package org.sourceos.config.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sourceos.config.ConfigException;
import org.sourceos.config.diagnostic.Position;
import org.sourceos.config.recipe.PackageSpec.BuildSpec.Kind;
import org.sourceos.config.recipe.PackageSpec.DependencySpec;
import org.sourceos.config.recipe.PackageSpec.DesktopSpec;
import org.sourceos.config.recipe.PackageSpec.FeatureSpec;
import org.sourceos.config.recipe.PackageSpec.IntegrationSpec;
import org.sourceos.config.recipe.PackageSpec.Located;
import org.sourceos.config.recipe.PackageSpec.Output;
import org.sourceos.config.recipe.PackageSpec.SourceLocation.Debian;
import org.sourceos.config.recipe.PackageSpec.SourceLocation.Url;

class PackageSpecParserTest {
    private static final Path RECIPES = Path.of("src/test/resources/recipes");

    static Stream<Path> good() throws IOException {
        return recipes("okay");
    }

    static Stream<Path> bad() throws IOException {
        return recipes("fail");
    }

    @ParameterizedTest
    @MethodSource("good")
    void readsRecipe(Path recipe) throws IOException, ConfigException {
        PackageSpec spec = parse(recipe);

        assertThat(spec.name() + ".source.toml").isEqualTo(recipe.getFileName().toString());
    }

    /** {@code mvn -pl config test -Dtest=PackageSpecParserTest -Dgolden=write} writes what is said now; read the diff. */
    @ParameterizedTest
    @MethodSource("bad")
    void saysWhatIsWrong(Path recipe) throws IOException {
        ConfigException refusal = catchThrowableOfType(ConfigException.class, () -> parse(recipe));
        assertThat(refusal).as("refusal of %s", recipe).isNotNull();
        Path golden = recipe.resolveSibling(recipe.getFileName().toString().replace(".source.toml", ".err"));
        if ("write".equals(System.getProperty("golden"))) {
            Files.writeString(golden, refusal.getMessage() + "\n");
        }

        assertThat(refusal.getMessage() + "\n").isEqualTo(Files.readString(golden));
    }

    @Test
    void readsTheFirefoxOfTheVision() throws IOException, ConfigException {
        PackageSpec firefox = parse(RECIPES.resolve("okay/firefox.source.toml"));

        assertThat(firefox.version()).contains("120.0");
        assertThat(firefox.source().location())
                .isEqualTo(new Url("https://firefox-source.mozilla.org/firefox-120.0.tar.xz"));
        assertThat(firefox.build().script())
                .isEqualTo("./configure --enable-optimize --disable-debug\nmake -j$(nproc)\n");
        assertThat(firefox.runtime().kernelFeatures()).containsExactly("DRM", "NET", "SND");
        assertThat(firefox.runtime().devices()).containsExactly("/dev/dri", "/dev/snd");
        assertThat(firefox.runtime().network()).isEqualTo("user");
        assertThat(firefox.dependencies())
                .extracting(DependencySpec::name, d -> d.version().text(), DependencySpec::features)
                .containsExactly(tuple("gtk3", "3.24", Set.of("wayland")), tuple("mesa", "23.0", Set.of("vulkan")));
        assertThat(firefox.integration()).isEqualTo(new IntegrationSpec(true, "optional", "shared"));
    }

    @Test
    void fillsInWhatIsNotSaid() throws IOException, ConfigException {
        PackageSpec hello = parse(RECIPES.resolve("okay/hello.source.toml"));

        assertThat(hello.version()).isEmpty();
        assertThat(hello.source().location()).isEqualTo(new Debian("hello", Optional.empty()));
        assertThat(hello.source().position()).isEqualTo(new Position("hello.source.toml", 3, 10));
        assertThat(hello.position()).isEqualTo(new Position("hello.source.toml", 1, 1));
        assertThat(hello.build().kind()).isEqualTo(Kind.PACKAGE);
        assertThat(hello.build().install()).isEmpty();
        assertThat(hello.build().timeoutMinutes()).isEqualTo(120);
        assertThat(hello.build().memoryMib()).isZero();
        assertThat(hello.build().output()).isEqualTo(new Output(0, ""));
        assertThat(hello.runtime().command()).containsExactly("hello");
        assertThat(hello.runtime().memoryMib()).isEqualTo(128);
        assertThat(hello.runtime().cpus()).isEqualTo(1);
        assertThat(hello.runtime().filesystem()).isEqualTo("overlayfs");
        assertThat(hello.runtime().network()).isEqualTo("none");
        assertThat(hello.runtime().files()).isEqualTo("none");
        assertThat(hello.runtime().ready()).isEmpty();
        assertThat(hello.integration()).isEqualTo(new IntegrationSpec(false, "optional", "disabled"));
    }

    @Test
    void readsEveryKey() throws IOException, ConfigException {
        PackageSpec spec = parse(RECIPES.resolve("okay/everything.source.toml"));

        assertThat(spec.source().sha256())
                .hasValueSatisfying(pin -> assertThat(pin).hasSize(64));
        assertThat(spec.about().license()).contains("MIT OR Apache-2.0");
        assertThat(spec.about().description()).contains("Says everything, even “ä”");
        assertThat(spec.build().check()).contains("make check");
        assertThat(spec.build().patches()).extracting(Located::text).containsExactly("one.patch", "patches/two.patch");
        assertThat(spec.build().depends()).extracting(Located::text).containsExactly("zlib", "debian:pkg-config");
        assertThat(spec.build().depends().get(1).position()).isEqualTo(new Position("everything.source.toml", 15, 20));
        assertThat(spec.build().environment()).containsEntry("CFLAGS", "-O2");
        assertThat(spec.build().timeoutMinutes()).isEqualTo(90);
        assertThat(spec.build().memoryMib()).isEqualTo(4096);
        assertThat(spec.build().output()).isEqualTo(new Output(774, "  CC "));
        assertThat(spec.runtime().command()).containsExactly("everything", "--really", "--really");
        assertThat(spec.runtime().memoryMib()).isEqualTo(256);
        assertThat(spec.runtime().certificates()).isTrue();
        assertThat(spec.runtime().ready()).contains(new ReadyRule.Output("> "));
        assertThat(spec.runtime().environment()).containsEntry("EMPTY", "");
        assertThat(spec.dependencies()).extracting(DependencySpec::name).containsExactly("gtk3", "mesa", "zlib");
        FeatureSpec gui = Objects.requireNonNull(spec.features().get("gui-kit"));
        assertThat(gui.byDefault()).isTrue();
        assertThat(gui.kernelFeatures()).containsExactly("DRM");
        assertThat(gui.dependencies()).extracting(DependencySpec::name).containsExactly("wayland");
        assertThat(spec.desktop())
                .contains(new DesktopSpec(
                        "Everything",
                        Optional.of("Says everything; even “ä”"),
                        Optional.of("/usr/share/pixmaps/everything.png"),
                        List.of("Utility", "X-Everything"),
                        List.of("text/html", "x-scheme-handler/https"),
                        true));
        assertThat(spec.enabledFeatures(Set.of("small"))).containsExactly("gui-kit", "small");
    }

    @Test
    void aKernelNeedsNoScript() throws IOException, ConfigException {
        PackageSpec linux = parse(RECIPES.resolve("okay/linux.source.toml"));

        assertThat(linux.build().kind()).isEqualTo(Kind.KERNEL);
        assertThat(linux.source().location()).isEqualTo(new Debian("linux", Optional.of("6.1.170-1")));
        assertThat(linux.build().timeoutMinutes()).isEqualTo(240);
    }

    @Test
    void comparesTheNameWithTheFilesLastPart() {
        String text = "[package]\nname = \"a\"\nsource = \"debian:hello\"\n[build]\nscript = ''\n";

        assertThatThrownBy(() -> PackageSpecParser.parse("/etc/sourceos/packages/b.source.toml", text))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("/etc/sourceos/packages/b.source.toml:2:8: ");
    }

    @Test
    void readsWindowsLineEnds() throws ConfigException {
        String text =
                "[package]\r\nname = \"a\"\r\nsource = \"debian:hello\"\r\n[build]\r\nscript = '''\r\nmake\r\n'''\r\n";

        assertThat(PackageSpecParser.parse("a", text).build().script()).isEqualTo("make\n");
    }

    private static PackageSpec parse(Path recipe) throws IOException, ConfigException {
        return PackageSpecParser.parse(recipe.getFileName().toString(), Files.readString(recipe));
    }

    private static Stream<Path> recipes(String folder) throws IOException {
        try (Stream<Path> files = Files.list(RECIPES.resolve(folder))) {
            return List.copyOf(files.filter(file -> file.toString().endsWith(".source.toml"))
                            .sorted()
                            .toList())
                    .stream();
        }
    }

    @Test
    void readsLimitsAndTheKernelsVariantAsTheyAreSaid() throws ConfigException {
        String recipe = "[package]\nname = \"a\"\nversion = \"1\"\nsource = \"https://example.org/a.tar.gz\"\n"
                + "[build]\nscript = \"make\"\n";
        PackageSpec spec = PackageSpecParser.parse(
                "a.source.toml",
                recipe + "[limits]\nmemory_max = \"1G\"\ncpu_quota = 150\nrequired = true\ncpu_pinning = \"0,2-3\"\n"
                        + "[kernel]\ntimer_hz = 1000\n");
        assertThat(spec.runtime().limits())
                .hasToString("{cpu_pinning=0,2-3, cpu_quota=150, memory_max=1024, required=true}");
        assertThat(spec.runtime().kernel()).hasToString("{timer_hz=1000}");
        assertThat(PackageSpecParser.parse("a.source.toml", recipe).runtime().limits())
                .isEmpty();
        assertThatThrownBy(() -> PackageSpecParser.parse(
                        "a.source.toml",
                        recipe + "[limits]\ncpu_weight = 0\ncpu_pinning = \"all\"\n[kernel]\ntimer_hz = 60\n"))
                .hasMessageContaining("cpu_weight")
                .hasMessageContaining("\"all\" is not a list of processors")
                .hasMessageContaining("write one of 100, 250, 300 and 1000");
    }
}
