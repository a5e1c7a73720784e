package org.sourceos.config.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sourceos.config.ConfigException;
import org.sourceos.config.diagnostic.Diagnostic;
import org.sourceos.config.nix.DirectoryIo;
import org.sourceos.config.nix.EvalException;
import org.sourceos.config.nix.EvalSettings;
import org.sourceos.config.nix.Evaluator;
import org.sourceos.config.nix.NixValue;
import org.sourceos.config.options.PackageDeclarations.PackageDeclaration;
import org.sourceos.config.recipe.NamedPackages;
import org.sourceos.config.recipe.PackageSpecParser;
import org.sourceos.config.system.SystemOptions;

/**
 * Every folder of {@code configurations/okay} reads as its {@code expected.json}, every one of {@code fail} has the mistakes
 * in its {@code expected.txt}. To write them anew: {@code -Dgolden=write}, then read every line of the difference.
 */
class ConfigurationReaderTest {
    private static final Path ROOT =
            Path.of("src/test/resources/configurations").toAbsolutePath();
    private static final Path TEMPLATES =
            Path.of("../templates").toAbsolutePath().normalize();

    /** The shipped catalogue: the names without recipes, and the recipes beside it. */
    private static PackageDeclarations shipped() throws IOException, ConfigException {
        Path named = TEMPLATES.resolve("catalogue.toml");
        SortedMap<String, PackageDeclaration> all = NamedPackages.parse(named.toString(), Files.readString(named));
        try (Stream<Path> files = Files.walk(TEMPLATES.resolve("packages"))) {
            List<Path> recipes = files.filter(file -> file.toString().endsWith(".source.toml"))
                    .toList();
            for (Path recipe : recipes) {
                var spec = PackageSpecParser.parse(recipe.toString(), Files.readString(recipe));
                String name = spec.name().equals("linux") ? "kernel" : spec.name();
                all.put(name, new PackageDeclaration(name, Optional.empty(), spec.options(), true));
            }
        }
        return PackageDeclarations.of(all);
    }

    private static ConfigurationReader reader(Path folder) throws IOException, ConfigException {
        return new ConfigurationReader(
                new DirectoryIo(), EvalSettings.sourceos(), shipped(), SystemOptions.all(), folder.toString());
    }

    private static Stream<Path> folders(String kind) throws IOException {
        try (Stream<Path> folders = Files.list(ROOT.resolve(kind))) {
            return folders.sorted().toList().stream();
        }
    }

    static Stream<Path> okay() throws IOException {
        return folders("okay");
    }

    static Stream<Path> fail() throws IOException {
        return folders("fail");
    }

    private static void compare(Path file, String text) throws IOException {
        if ("write".equals(System.getProperty("golden"))) {
            Files.writeString(file, text);
        }
        assertThat(text).isEqualTo(Files.readString(file));
    }

    @ParameterizedTest
    @MethodSource("okay")
    void readsAsExpected(Path folder) throws Exception {
        String json = reader(folder)
                .read(folder.resolve("system.source.nix").toString())
                .values()
                .json();

        compare(folder.resolve("expected.json"), json + "\n");
    }

    @ParameterizedTest
    @MethodSource("fail")
    void findsTheExpectedMistakes(Path folder) throws Exception {
        String mistakes;
        try {
            mistakes = "none: "
                    + reader(folder)
                            .read(folder.resolve("system.source.nix").toString())
                            .values()
                            .json();
        } catch (ConfigException e) {
            mistakes = e.diagnostics().stream().map(Diagnostic::render).collect(Collectors.joining("\n"));
        }

        compare(folder.resolve("expected.txt"), mistakes.replace(folder + "/", "") + "\n");
    }

    @Test
    void anErrorHasAtMostTwelveLines() throws IOException {
        for (Path folder : fail().toList()) {
            String text = Files.readString(folder.resolve("expected.txt"));
            assertThat(text).isNotBlank().doesNotStartWith("none");
            // A mistake begins with its place.
            int lines = 0;
            for (String line : text.lines().toList()) {
                lines = line.matches("\\S+:\\d+:\\d+: .*") ? 1 : lines + 1;
                assertThat(lines).as(folder + ": " + line).isLessThanOrEqualTo(12);
            }
        }
    }

    @Test
    void saysWhereAnOptionIsSet() throws Exception {
        Path folder = ROOT.resolve("okay/imports");

        var places = reader(folder)
                .read(folder.resolve("system.source.nix").toString())
                .places();

        assertThat(places)
                .hasEntrySatisfying(
                        "users.dad.groups",
                        set -> assertThat(set.toString())
                                .isEqualTo("[" + folder + "/users.nix:4:3, " + folder + "/system.source.nix:5:3]"));
    }

    @Test
    void namesTheFilesItRead() throws Exception {
        Path folder = ROOT.resolve("okay/imports");

        var files = reader(folder)
                .read(folder.resolve("system.source.nix").toString())
                .files();

        assertThat(files).containsExactly(folder + "/machines", folder + "/system.source.nix", folder + "/users.nix");
    }

    @Test
    void aBudgetThatRunsOutEndsTheReading(@TempDir Path temp) throws Exception {
        Path entry = Files.writeString(
                temp.resolve("system.source.nix"),
                "{ system.hostname = let f = n: f (n + 1); in f 0; system.timezone = \"UTC\"; }");

        assertThatThrownBy(() -> reader(temp).read(entry.toString()))
                .isInstanceOf(EvalException.class)
                .hasMessageContaining("system.source.nix:1:");
    }

    @Test
    void oneFileCanBeLookedAtAlone(@TempDir Path temp) throws Exception {
        Path file = Files.writeString(
                temp.resolve("x.nix"),
                "{ lib, pkgs, config, ... }: { system.hostname = lib.toUpper \"a\"; users.a.packages = [ pkgs.jq ];"
                        + " system.timezone = config.system.hostname; }");

        ConfigurationReader reader = reader(temp);
        Evaluator evaluator = reader.evaluator();

        NixValue value = evaluator.autoCall(evaluator.evalFile(file.toString()), reader.arguments(file.toString()));

        assertThat(evaluator.json(value, temp.toString()))
                .isEqualTo("{\"system\":{\"hostname\":\"A\",\"timezone\":\"A\"},\"users\":{\"a\":{\"packages\":"
                        + "[{\"_type\":\"package\",\"name\":\"jq\",\"settings\":{}}]}}}");
    }

    @Test
    void anEmptyCatalogueHasNoNames(@TempDir Path temp) throws Exception {
        Path entry = Files.writeString(temp.resolve("system.source.nix"), "{ users.a.packages = [ jq ]; }");
        ConfigurationReader reader = new ConfigurationReader(
                new DirectoryIo(),
                EvalSettings.sourceos(),
                PackageDeclarations.of(new TreeMap<>()),
                SystemOptions.all(),
                temp.toString());

        assertThatThrownBy(() -> reader.read(entry.toString())).hasMessageContaining("undefined variable 'jq'");
    }
}
