package org.sourceos.launcher.machine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogReaderTest {
    private static final int LIMIT = 200;

    @TempDir
    private Path folder;

    private static String read(LogReader reader) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        reader.copyTo(out);
        return out.toString(UTF_8);
    }

    private String last(int lines) throws IOException {
        try (LogReader reader = LogReader.open(folder.resolve("log"))) {
            reader.skipToLast(lines);
            return read(reader);
        }
    }

    @Test
    void findsTheLastLinesInBothFiles() throws IOException {
        Files.writeString(folder.resolve("log.1"), "1\n2\n3\n");
        Files.writeString(folder.resolve("log"), "4\n5\n");
        assertThat(last(0)).isEmpty();
        assertThat(last(1)).isEqualTo("5\n");
        assertThat(last(2)).isEqualTo("4\n5\n");
        assertThat(last(3)).isEqualTo("3\n4\n5\n");
        assertThat(last(5)).isEqualTo("1\n2\n3\n4\n5\n");
        assertThat(last(9)).isEqualTo("1\n2\n3\n4\n5\n");
    }

    @Test
    void countsALineWithoutAnEnd() throws IOException {
        Files.writeString(folder.resolve("log"), "1\n2");
        assertThat(last(1)).isEqualTo("2");
    }

    @Test
    void followsAcrossANewFile() throws IOException {
        Path file = folder.resolve("log");
        try (MachineLog log = new MachineLog(file, LIMIT);
                LogReader reader = LogReader.open(file)) {
            StringBuilder written = new StringBuilder();
            StringBuilder seen = new StringBuilder();
            for (int i = 0; i < 60; i++) {
                String line = "this is line " + i + "\n";
                written.append(line);
                log.write(ByteBuffer.wrap(line.getBytes(UTF_8)));
                if (i % 3 == 0) {
                    seen.append(read(reader));
                }
            }
            seen.append(read(reader));
            assertThat(seen).hasToString(written.toString());
            assertThat(Files.size(file) + Files.size(MachineLog.older(file))).isLessThanOrEqualTo(LIMIT);
        }
    }
}
