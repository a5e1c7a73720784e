package org.sourceos.rebuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildLogTest {
    @Test
    void aLineOfThousandsIsWholeInTheFileAndShownWithoutItsMiddle(@TempDir Path folder) throws Exception {
        String command = "cc " + "part.o ".repeat(5_000) + ": undefined reference to `missing'\n";
        List<String> heard = new ArrayList<>();
        BuildLog log = new BuildLog(folder.resolve("log"), 1 << 20, heard::add);
        log.write((command + "ld: error: no such file\n").getBytes(StandardCharsets.UTF_8));
        log.close();
        assertThat(Files.readString(log.file())).startsWith(command);
        assertThat(log.tail()).isEqualTo(heard).hasSize(2);
        assertThat(heard.get(0))
                .hasSize(403)
                .startsWith("cc part.o ")
                .contains(" … ")
                .endsWith(": undefined reference to `missing'");
        assertThat(heard.get(1)).isEqualTo("ld: error: no such file");
    }

    @Test
    void aLineOfSeveralHundredIsShownWhole(@TempDir Path folder) throws Exception {
        List<String> heard = new ArrayList<>();
        BuildLog log = new BuildLog(folder.resolve("log"), 1 << 20, heard::add);
        String line = "0123456789".repeat(40);
        log.write((line + "\n" + line + "x\nshort\n").getBytes(StandardCharsets.UTF_8));
        log.close();
        assertThat(heard.get(0)).isEqualTo(line);
        assertThat(heard.get(1)).contains(" … ").endsWith("789x");
        assertThat(heard.get(2)).isEqualTo("short");
    }
}
