package org.sourceos.cli.system;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.sourceos.gitstore.Digest;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Cancellation;
import org.sourceos.host.FileLock;

/**
 * Pushes to a repository that is deployed. Each takes a number when it comes; the one with the highest number that could be
 * evaluated is the newest, and those before it give up; one at a time builds, and one at a time is made to count. All of it is
 * files and locks of the kernel, for pushes are processes of their own, and any of them may be killed.
 */
final class PushQueue {
    private final Path folder;

    /** @param repository git's folder */
    PushQueue(Path state, Path repository) {
        this.folder = state.resolve("pushes")
                .resolve(Digest.of(repository.toString()).hex().substring(0, 16));
    }

    /**
     * A push, as others are told of it.
     *
     * @param commit for people: its name and subject
     */
    record Push(int number, String commit, String pusher) {
        @Override
        public String toString() {
            return commit + " of " + pusher;
        }
    }

    /** A push that has come. */
    Push enter(String commit, String pusher, Cancellation cancellation) throws IOException {
        Files.createDirectories(folder);
        try (FileLock lock = lock("lock", cancellation, holder -> {})) {
            int number = Math.max(last(), newest().map(Push::number).orElse(0)) + 1;
            AtomicFile.write(folder.resolve("last"), number + "\n");
            return new Push(number, commit, pusher);
        }
    }

    /** What cannot be read counts as nothing: it only tells pushes apart that are under way together. */
    private int last() throws IOException {
        try {
            String text = Files.readString(folder.resolve("last"), StandardCharsets.ISO_8859_1)
                    .strip();
            return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    private Optional<Push> newest() throws IOException {
        try {
            JsonObject object = JsonParser.parseString(Files.readString(newestFile(), StandardCharsets.ISO_8859_1))
                    .getAsJsonObject();
            return Optional.of(new Push(
                    object.get("number").getAsInt(),
                    object.get("commit").getAsString(),
                    object.get("pusher").getAsString()));
        } catch (NoSuchFileException
                | JsonParseException
                | IllegalStateException
                | NullPointerException
                | UnsupportedOperationException
                | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private Path newestFile() {
        return folder.resolve("newest.json");
    }

    /** Which one has superseded this one. */
    Optional<Push> superseding(Push push) throws IOException {
        return newest().filter(newest -> newest.number() > push.number());
    }

    /** Makes it the newest, unless one that came later is. */
    void claim(Push push, Cancellation cancellation) throws IOException {
        try (FileLock lock = lock("lock", cancellation, holder -> {})) {
            if (superseding(push).isEmpty()) {
                JsonObject object = new JsonObject();
                object.addProperty("number", push.number());
                object.addProperty("commit", push.commit());
                object.addProperty("pusher", push.pusher());
                AtomicFile.write(newestFile(), object + "\n");
            }
        }
    }

    /** It was refused: those before it need not give up. */
    void withdraw(Push push) throws IOException {
        try (FileLock lock = lock("lock", new Cancellation(), holder -> {})) {
            if (newest().filter(push::equals).isPresent()) {
                Files.delete(newestFile());
            }
        }
    }

    /** Held by whoever builds. */
    FileLock turnToBuild(Cancellation cancellation, Consumer<String> onWait) throws IOException {
        return lock("build.lock", cancellation, onWait);
    }

    /** Held by whoever makes what the branch is at count. */
    FileLock turnToSwitch(Cancellation cancellation) throws IOException {
        Files.createDirectories(folder);
        return lock("switch.lock", cancellation, holder -> {});
    }

    private FileLock lock(String name, Cancellation cancellation, Consumer<String> onWait) throws IOException {
        return FileLock.acquire(folder.resolve(name), cancellation, onWait);
    }
}
