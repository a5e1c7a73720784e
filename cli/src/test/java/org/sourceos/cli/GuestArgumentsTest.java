package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GuestArgumentsTest {
    private static String separated(String words) {
        var line = SourceOs.commandLine(TestContext.of(Path.of("/"), Map.of()).context());
        return String.join(" ", SourceOs.guestArguments(line).separate(List.of(words.split(" "))));
    }

    @Test
    void everythingBehindTheNameIsTheProgramsFromItsFirstWordOn() {
        assertThat(separated("run nano notes.txt")).isEqualTo("run nano -- notes.txt");
        assertThat(separated("run lua -e print(1)")).isEqualTo("run lua -- -e print(1)");
        assertThat(separated("run hello --version")).isEqualTo("run hello -- --version");
        assertThat(separated("run hello --help")).isEqualTo("run hello -- --help");
        assertThat(separated("run jq . --dry-run")).isEqualTo("run jq -- . --dry-run");
    }

    @Test
    void everyOptionBeforeTheNameIsOurs() {
        assertThat(separated("run -e A=1 --help hello")).isEqualTo("run -e A=1 --help hello --");
        assertThat(separated("run --cpus 2 -v .:/work:ro hello x")).isEqualTo("run --cpus 2 -v .:/work:ro hello -- x");
    }

    @Test
    void longOptionsDirectlyBehindTheNameAreOurs() {
        assertThat(separated("run firefox --network=none --mem 512M page"))
                .isEqualTo("run firefox --network=none --mem 512M -- page");
        assertThat(separated("run hello --dry-run")).isEqualTo("run hello --dry-run --");
    }

    @Test
    void twoHyphensEndOurs() {
        assertThat(separated("run rsync -- --dry-run a b")).isEqualTo("run rsync -- --dry-run a b");
        assertThat(separated("run rsync -- -- a")).isEqualTo("run rsync -- -- a");
    }

    @Test
    void withoutANameNothingIsAdded() {
        assertThat(separated("run --help")).isEqualTo("run --help");
        assertThat(separated("run")).isEqualTo("run");
    }
}
