package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sourceos check}, {@code options} and {@code eval} on configurations in folders. */
class ConfigurationCommandsTest {
    @TempDir
    Path temp;

    private TestContext run(int status, String... args) {
        TestContext context = TestContext.withTemplates(temp, Map.of("SOURCEOS_CONFIG", temp.resolve("config") + ""));
        assertThat(context.execute(args)).as(context.out() + context.err()).isEqualTo(status);
        return context;
    }

    private void write(String file, String text) throws IOException {
        Path path = temp.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private static JsonObject json(TestContext context) {
        return JsonParser.parseString(context.out()).getAsJsonObject();
    }

    @Test
    void checkCountsWhatIsThere() throws IOException {
        write("config/system.source.nix", "{ imports = [ ./more.nix ]; system.hostname = \"study\"; }");
        write("config/more.nix", "{ users.dad.packages = [ htop jq ]; }");

        TestContext checked = run(0, "check");

        assertThat(checked.out())
                .isEqualTo(temp + "/config/system.source.nix: 2 files, 4 options set, 2 packages; no mistakes\n");
        assertThat(checked.err()).isEmpty();
    }

    @Test
    void checkShowsAllMistakesAtOnce() throws IOException {
        write("config/system.source.nix", "{ system.hostnam = 1;\n  system.timezone = 2;\n}\n");

        TestContext checked = run(2, "check");

        assertThat(checked.out()).isEmpty();
        assertThat(checked.err())
                .contains("system.source.nix:1:3: there is no option 'system.hostnam'")
                .contains("did you mean \"hostname\"?")
                .contains("system.source.nix:2:3: the option 'system.timezone' wants a time zone")
                .endsWith("2 mistakes\n");
    }

    @Test
    void checkSpeaksJson() throws IOException {
        write("good/system.source.nix", "{ system.hostname = \"a\"; }");
        write("bad/system.source.nix", "{ system.hostname = 1; }");

        assertThat(json(run(0, "check", "--json", "good"))
                        .getAsJsonObject("system")
                        .get("hostname")
                        .getAsString())
                .isEqualTo("a");
        JsonObject mistake = json(run(2, "check", "--json", "bad"))
                .getAsJsonArray("mistakes")
                .get(0)
                .getAsJsonObject();
        assertThat(mistake.get("file").getAsString()).isEqualTo(temp + "/bad/system.source.nix");
        assertThat(mistake.get("line").getAsInt()).isEqualTo(1);
        assertThat(mistake.get("column").getAsInt()).isEqualTo(3);
        assertThat(mistake.get("suggestion").getAsString()).isEqualTo("write it in quotes: \"1\"");
    }

    @Test
    void checkSaysWhereAConfigurationWouldBe() {
        assertThat(run(2, "check").err()).contains(temp + "/config/system.source.nix", "--config");
        assertThat(run(2, "check", "nowhere.nix").err()).contains("there is no configuration at", "nowhere.nix");
    }

    @Test
    void aConfigurationsOwnRecipesAreInItsCatalogue() throws IOException {
        write("config/system.source.nix", "{ users.dad.packages = [ (tool.withColour \"red\") ]; }");
        write("config/packages/tool.source.toml", """
                [package]
                name = "tool"
                version = "1"
                source = "path:tool"
                [build]
                script = "make"
                [options]
                colour = { type = "string", choices = ["red", "green"] }
                """);
        run(0, "check");

        write("config/system.source.nix", "{ users.dad.packages = [ (tool.withColour \"rad\") ]; }");
        assertThat(run(2, "check").err()).contains("the option 'tool.colour' wants \"red\" or \"green\"", "\"red\"?");

        write("config/packages/tool.source.toml", "[package]\nnam = 1\n");
        assertThat(run(2, "check").err()).contains("the recipe of tool has mistakes", "tool.source.toml:1:1");
        Files.writeString(temp.resolve("config/packages/tool.source.toml"), "[package]\nnam = 1\n[biuld]\n");
        assertThat(run(2, "check").err()).contains("tool.source.toml:2:1", "tool.source.toml:3:1");
    }

    @Test
    void namesWithoutARecipeAreNoted() throws IOException {
        write("config/system.source.nix", "{ users.dad.packages = [ firefox ]; }");

        assertThat(run(0, "check").err())
                .isEqualTo("note: nobody has written the recipe of firefox yet; to build it, write " + temp
                        + "/config/packages/firefox.source.toml\n");
    }

    @Test
    void optionsAreExplainedWithThePlacesThatSetThem() throws IOException {
        write("config/system.source.nix", "{\n  users.dad.packages = [ htop ];\n}\n");

        assertThat(run(0, "options", "users.*.packages").out())
                .contains("users.<name>.packages\n", "type: a list of packages", "default: [ ]")
                .contains("set at: " + temp + "/config/system.source.nix:2:3");
        assertThat(run(0, "options").out()).contains("system.hostname", "a host name");
        assertThat(json(run(0, "options", "--json", "hostname"))
                        .getAsJsonObject("system.hostname")
                        .get("type")
                        .getAsString())
                .startsWith("a host name");
        assertThat(run(1, "options", "hostnmae").err()).contains("no option's path has hostnmae in it");
    }

    @Test
    void optionsOfABrokenConfigurationAreExplainedToo() throws IOException {
        write("config/system.source.nix", "{ system.hostname = ");

        TestContext explained = run(0, "options", "hostname");

        assertThat(explained.out()).contains("system.hostname");
        assertThat(explained.err()).contains("has mistakes (`sourceos check` shows them)");
    }

    @Test
    void evalSeesThePackagesAndGivesFunctionsTheirArguments() throws IOException {
        write(
                "config/a.nix",
                "{ pkgs, lib, config, ... }: { system.hostname = lib.toUpper \"a\"; users.a.packages = [ pkgs.jq htop ];"
                        + " system.timezone = config.system.hostname; vms.a.mounts.\"/p\" = ./p; }");

        assertThat(run(0, "eval", "--json", "config/a.nix").out())
                .isEqualTo("{\"system\":{\"hostname\":\"A\",\"timezone\":\"A\"},\"users\":{\"a\":{\"packages\":"
                        + "[{\"_type\":\"package\",\"name\":\"jq\",\"settings\":{}},"
                        + "{\"_type\":\"package\",\"name\":\"htop\",\"settings\":{}}]}},"
                        + "\"vms\":{\"a\":{\"mounts\":{\"/p\":\"./p\"}}}}\n");
        assertThat(run(0, "eval", "-E", "{ lib, pkgs }: lib.toLower pkgs.jq.name")
                        .out())
                .isEqualTo("\"jq\"\n");
        assertThat(run(1, "eval", "--standard", "-E", "htop").err()).contains("undefined variable 'htop'");
    }
}
