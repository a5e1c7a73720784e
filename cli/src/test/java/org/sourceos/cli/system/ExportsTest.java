package org.sourceos.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportsTest {
    private static final Instant NOW = Instant.parse("2030-01-10T00:00:00Z");

    @TempDir
    private Path folder;

    private void used(String name, Duration ago) throws IOException {
        Path export = Files.createDirectories(folder.resolve(name));
        Files.writeString(export.resolve("system.source.nix"), "{ }");
        Files.setLastModifiedTime(export, FileTime.from(NOW.minus(ago)));
    }

    private Stream<String> left() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(path -> path.getFileName().toString()).toList().stream();
        }
    }

    @Test
    void theLastFewAndThoseThatWereUsedLatelyStay() throws IOException {
        for (int day = 1; day <= 12; day++) {
            used("commit" + day, Duration.ofDays(day).plusHours(1));
        }
        used(".staged-x", Duration.ofDays(20));
        Exports.use(folder.resolve("commit11"), NOW);
        Exports.use(folder.resolve("commit99"), NOW);
        Exports.prune(folder, NOW);

        assertThat(left())
                .containsExactlyInAnyOrder(
                        "commit1", "commit2", "commit3", "commit4", "commit5", "commit6", "commit7", "commit11");
    }

    @Test
    void nothingThatABuildMayReadIsRemoved() throws IOException {
        for (int hour = 1; hour <= 20; hour++) {
            used("commit" + hour, Duration.ofHours(hour));
        }
        Exports.prune(folder, NOW);
        Exports.prune(folder.resolve("missing"), NOW);

        assertThat(left()).hasSize(20);
    }
}
