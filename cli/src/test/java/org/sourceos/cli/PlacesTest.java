package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlacesTest {
    private static Places places(boolean root, Map<String, String> environment) {
        return Places.of(TestContext.of(Path.of("/work"), environment).context(), root, null, null);
    }

    @Test
    void rootUsesTheSystemsFolders() {
        assertThat(places(true, Map.of("HOME", "/root")))
                .isEqualTo(new Places(
                        Path.of("/etc/sourceos"),
                        Path.of("/var/cache/sourceos"),
                        Path.of("/var/lib/sourceos"),
                        Path.of("/run/sourceos")));
    }

    @Test
    void othersUseTheBaseDirectories() {
        assertThat(places(false, Map.of("HOME", "/home/a", "XDG_CACHE_HOME", "/big", "XDG_RUNTIME_DIR", "/run/user/7")))
                .isEqualTo(new Places(
                        Path.of("/home/a/.config/sourceos"),
                        Path.of("/big/sourceos"),
                        Path.of("/home/a/.local/state/sourceos"),
                        Path.of("/run/user/7/sourceos")));
    }

    @Test
    void aRelativeBaseDirectoryIsIgnoredAsItsSpecificationAsks() {
        assertThat(places(false, Map.of("HOME", "/home/a", "XDG_CACHE_HOME", "big"))
                        .store())
                .isEqualTo(Path.of("/home/a/.cache/sourceos"));
    }

    @Test
    void anOptionBeatsAVariableThatBeatsTheDefault() {
        CommandContext context = TestContext.of(
                        Path.of("/work"), Map.of("HOME", "/h", "SOURCEOS_STORE", "/var/s", "SOURCEOS_CONFIG", "c"))
                .context();
        assertThat(Places.of(context, false, null, null).store()).isEqualTo(Path.of("/var/s"));
        assertThat(Places.of(context, false, null, null).config()).isEqualTo(Path.of("/work/c"));
        assertThat(Places.of(context, false, null, Path.of("other")).store()).isEqualTo(Path.of("/work/other"));
    }
}
