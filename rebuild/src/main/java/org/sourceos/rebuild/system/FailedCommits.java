package org.sourceos.rebuild.system;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.sourceos.host.AtomicFile;

/**
 * Commits of the configuration that were deployed and taken back: {@code <state>/failed/<commit>}, until they count after all.
 */
public final class FailedCommits {
    private final Path folder;

    public FailedCommits(Path state) {
        this.folder = state.resolve("failed");
    }

    /** @param why a sentence without its full stop */
    public record Failure(Instant when, String why) {
        /** {@code 2026-03-01T12:00:00Z: nobody confirmed it}. */
        public String described() {
            return when.truncatedTo(ChronoUnit.SECONDS) + ": " + why;
        }
    }

    public Optional<Failure> find(String commit) throws IOException {
        try {
            JsonObject object = JsonParser.parseString(Files.readString(file(commit), StandardCharsets.ISO_8859_1))
                    .getAsJsonObject();
            return Optional.of(new Failure(
                    Instant.parse(object.get("when").getAsString()),
                    object.get("why").getAsString()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonParseException
                | IllegalStateException
                | NullPointerException
                | UnsupportedOperationException
                | DateTimeException e) {
            return Optional.of(new Failure(Instant.EPOCH, "what was written of it cannot be read any more"));
        }
    }

    /** All of them, sorted. */
    public List<String> commits() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.matches("[0-9a-f]{40,64}"))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    void remember(String commit, Failure failure) throws IOException {
        JsonObject object = new JsonObject();
        object.addProperty("when", failure.when().toString());
        object.addProperty("why", failure.why());
        Files.createDirectories(folder);
        AtomicFile.write(file(commit), object + "\n");
    }

    void forget(String commit) throws IOException {
        Files.deleteIfExists(file(commit));
    }

    private Path file(String commit) {
        if (!commit.matches("[0-9a-f]+")) {
            throw new IllegalArgumentException("not a commit: " + commit);
        }
        return folder.resolve(commit);
    }
}
