package org.sourceos.cli.importing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessRunner;

/**
 * A real Debian root, made once by mmdebstrap and kept beside the store that tests share; each test has a copy of what an
 * import looks at, and plants in it.
 */
public final class DebianRoot {
    private static final String PACKAGES =
            "systemd,systemd-sysv,cron,sudo,openssh-server,ifupdown,locales,nano,htop,jq,"
                    + "logrotate,debconf,ucf,rsyslog,less,tree";

    /** What an import looks at; programs themselves are not among it. */
    private static final List<String> PARTS = List.of(
            "./etc",
            "./opt",
            "./var/lib",
            "./var/cache/debconf",
            "./usr/local",
            "./usr/lib/os-release",
            "./usr/lib/systemd",
            "./usr/lib/sysusers.d",
            "./usr/share/base-passwd",
            "./lib");

    private final Path root;
    private final List<String> secrets = new ArrayList<>();

    private DebianRoot(Path root) {
        this.root = root;
    }

    static DebianRoot in(Path folder) throws IOException {
        Path archive = archive();
        Path root = Files.createDirectory(folder.resolve("root"));
        List<String> argv = new ArrayList<>(List.of(
                "tar",
                "-xf",
                archive.toString(),
                "--no-same-owner",
                "--exclude=./lib/x86*",
                "--exclude=./var/lib/apt/lists",
                "--exclude=./usr/lib/systemd/systemd*"));
        argv.addAll(PARTS);
        run(Command.of(argv).withDirectory(root));
        DebianRoot made = new DebianRoot(root);
        Files.createDirectories(root.resolve("var/spool/cron/crontabs"));
        Files.createDirectories(root.resolve("usr/share"));
        return made;
    }

    public static Path archive() throws IOException {
        String property = System.getProperty("sourceos.test.cache", "");
        Path folder = (property.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".cache/sourceos-check")
                        : Path.of(property).toAbsolutePath())
                .resolve("import");
        Path archive = folder.resolve("small.tar");
        if (Files.notExists(archive)) {
            assumeTrue(
                    Files.isExecutable(Path.of("/usr/bin/mmdebstrap")),
                    "there is no mmdebstrap to make a Debian root with");
            Files.createDirectories(folder);
            Path made = folder.resolve("small-made.tar");
            boolean done = new ProcessRunner()
                    .run(
                            Command.of(
                                            "mmdebstrap",
                                            "--variant=minbase",
                                            "--include=" + PACKAGES,
                                            "bookworm",
                                            made.toString())
                                    .withTimeout(Duration.ofMinutes(10)),
                            new Cancellation())
                    .succeeded();
            assumeTrue(done, "mmdebstrap could not make a Debian root; is there a network?");
            AtomicFile.moveIntoPlace(made, archive);
        }
        return archive;
    }

    private static void run(Command command) throws IOException {
        new ProcessRunner().output(command.withTimeout(Duration.ofMinutes(3)), new Cancellation());
    }

    Path path() {
        return root;
    }

    /** Every secret that was planted. */
    List<String> secrets() {
        return List.copyOf(secrets);
    }

    DebianRoot write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        Files.writeString(file, text);
        return this;
    }

    DebianRoot append(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return this;
    }

    DebianRoot replace(String path, String what, String by) throws IOException {
        String text = Files.readString(root.resolve(path), StandardCharsets.ISO_8859_1);
        if (!text.contains(what)) {
            throw new IllegalStateException(path + " has no " + what);
        }
        Files.writeString(root.resolve(path), text.replace(what, by), StandardCharsets.ISO_8859_1);
        return this;
    }

    DebianRoot link(String path, String target) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        Files.createSymbolicLink(file, Path.of(target));
        return this;
    }

    DebianRoot delete(String path) throws IOException {
        if (!Files.deleteIfExists(root.resolve(path)) && !Files.exists(root.resolve(path), LinkOption.NOFOLLOW_LINKS)) {
            throw new IllegalStateException("there is no " + path);
        }
        return this;
    }

    /** Writes a file in which {@code @} stands for the secret. */
    DebianRoot secret(String path, String text, String secret) throws IOException {
        secrets.add(secret);
        return write(path, text.replace("@@", secret));
    }

    DebianRoot secretIn(String path, String text, String secret) throws IOException {
        secrets.add(secret);
        return append(path, text.replace("@@", secret));
    }

    /** The status of a package that is not there, as far as an import looks. */
    DebianRoot install(String name, String version, String... fields) throws IOException {
        return append(
                "var/lib/dpkg/status",
                "\nPackage: " + name
                        + "\nStatus: install ok installed\nPriority: optional\nArchitecture: amd64\nVersion: " + version
                        + "\n" + String.join("\n", fields) + (fields.length == 0 ? "" : "\n"));
    }
}
