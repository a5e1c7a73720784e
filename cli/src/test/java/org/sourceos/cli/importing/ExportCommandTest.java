package org.sourceos.cli.importing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.cli.TestContext;

/** What {@code sourceos export} and {@code convert} say to what cannot be meant; what they make is in {@link RoundTripTest}. */
class ExportCommandTest {
    @TempDir
    private Path temp;

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void haveAConfiguration() throws IOException {
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("HOME", temp.resolve("home").toString());
        environment.put("SOURCEOS_CONFIG", temp.resolve("config").toString());
        environment.put("SOURCEOS_STORE", temp.resolve("store").toString());
        environment.put("SOURCEOS_STATE", temp.resolve("state").toString());
        configure("{ system.hostname = \"study\"; }\n");
    }

    private void configure(String text) throws IOException {
        Files.createDirectories(temp.resolve("config"));
        Files.writeString(temp.resolve("config/system.source.nix"), text);
    }

    private String refused(String... words) {
        TestContext context = TestContext.withTemplates(temp, environment);
        assertThat(context.execute(words)).as(context.err()).isEqualTo(2);
        return context.err();
    }

    @Test
    void saysWhereNothingCanBePut() {
        assertThat(refused("export", "--to-debian", "--output", "nowhere/root"))
                .contains("there is no folder " + temp.resolve("nowhere"), "make it first");
        assertThat(refused("export", "--to-debian", "--output", "config")).contains("config is there already");
        assertThat(refused("export", "--output", "root")).contains("--to-debian");
    }

    @Test
    void saysWhatIsNotDescribed() throws IOException {
        assertThat(refused("export", "--to-debian", "--output", "root"))
                .contains("system.debian.codename is not set", "sourceos import --from-debian");
        configure("{ system.debian.codname = \"bookworm\"; }\n");
        assertThat(refused("export", "--to-debian", "--output", "root"))
                .contains("there is no option 'system.debian.codname'", "did you mean \"codename\"?");
        assertThat(temp.resolve("root")).doesNotExist();
    }

    @Test
    void aRootThatIsNotThereIsNamed() {
        assertThat(refused("convert", "--root", "nothing", "tree"))
                .contains("there is no folder " + temp.resolve("nothing"), "--root");
    }
}
