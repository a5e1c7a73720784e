package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.cli.importing.DebianRoot;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.Directories;
import org.sourceos.host.ProcessRunner;

/** A conversion of a binary package whose source the service builds. On first use a program is built; then it is in the store. */
@Tag("vm")
class ConvertQueueTest {
    @TempDir
    private Path temp;

    private ServiceDesk service;
    private Desk desk;
    private Path root;

    @BeforeEach
    void unpackDebian() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "dpkg-divert changes the files of root only");
        Desk.withConfiguration(temp);
        service = new ServiceDesk(temp);
        desk = service.always().with("SOURCEOS_CONFIG", temp.resolve("config").toString());
        root = Files.createDirectory(temp.resolve("debian"));
        Command unpack = Command.of(
                        "tar",
                        "-xf",
                        DebianRoot.archive().toString(),
                        "./bin",
                        "./etc",
                        "./usr/bin/tree",
                        "./usr/lib/os-release",
                        "./var/lib/dpkg",
                        "./var/lib/apt/extended_states")
                .withDirectory(root);
        new ProcessRunner().output(unpack.withTimeout(Duration.ofMinutes(3)), new Cancellation());
    }

    @AfterEach
    void leave() throws IOException {
        service.close();
        Directories.remove(root);
    }

    private Outcome convert(Desk from, String... words) throws IOException {
        List<String> all = new ArrayList<>(List.of("convert", "--root", root.toString()));
        all.addAll(List.of(words));
        return from.run(from.client(all.toArray(String[]::new)));
    }

    private JsonObject listed() {
        try {
            Outcome list = convert(desk.with("SOURCEOS_SERVICE", "never"), "--list", "--json");
            JsonArray all = JsonParser.parseString(list.out()).getAsJsonArray();
            return all.get(0).getAsJsonObject();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Looked at where it is noted: asking the program takes as long as the build. */
    private boolean builds() {
        try (Stream<Path> running = Files.list(temp.resolve("state/convert/running"))) {
            return running.findAny().isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    private String origin() {
        return listed().get("origin").getAsString();
    }

    @Test
    void theServiceBuildsTheSourceAndTheMachineChangesOver() throws IOException {
        Outcome converted = convert(desk, "--from-binary", "tree");
        assertThat(converted.status()).as(converted.toString()).isZero();
        assertThat(converted.out()).contains("the resident service builds it from source");
        String command = Files.readString(root.resolve("usr/bin/tree"));

        Desk.until("it is built from source", () -> origin().equals("source"), () -> listed() + service.log());
        assertThat(root.resolve("usr/bin/tree")).hasContent(command.strip());
        assertThat(temp.resolve("config/packages/tree/tree.source.toml"))
                .content()
                .contains("system = \"debian\"");
        assertThat(listed().has("build")).isFalse();
        assertThat(convert(desk, "--undo", "--all").status()).isZero();
        assertThat(convert(desk, "--list").out()).isEmpty();
    }

    /** What waits is in the journals: a service that begins finds it there. */
    @Test
    void aServiceThatBeginsGoesOnWithWhatWaits() throws IOException {
        Outcome converted = convert(desk.with("SOURCEOS_SERVICE", "never"), "--from-binary", "tree");
        assertThat(converted.out()).contains("--continue tree");
        assertThat(listed().get("build").toString()).isEqualTo("{\"state\":\"queued\"}");

        // Ended in the middle of it, it is not given up.
        desk.run(desk.client("--version"));
        Desk.until("it builds", this::builds, service::log);
        long first = service.pid();
        ServiceDesk.signal("TERM", first);
        ServiceDesk.untilGone(first);
        Desk.until("nobody builds", () -> !listed().toString().contains("running"), service::log);

        desk.run(desk.client("--version"));
        Desk.until("it is built from source", () -> origin().equals("source"), () -> listed() + service.log());
    }
}
