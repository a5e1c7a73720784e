package org.sourceos.rebuild.apt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.sourceos.gitstore.Digest;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessRunner;

/**
 * A small Debian archive on the disk, signed with a throw-away key, and an {@code etc/apt} that names it: what apt sees is
 * real, only small.
 */
public final class LocalRepository implements AutoCloseable {
    private final Path folder;
    private final ProcessRunner runner = new ProcessRunner();
    private final Cancellation cancellation = new Cancellation();

    public LocalRepository(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(dist().resolve("main/source"));
        Files.createDirectories(dist().resolve("main/binary-" + architecture()));
        Files.createDirectories(pool());
        Files.createDirectories(etcApt().resolve("sources.list.d"));
        Files.createDirectories(folder.resolve("work"));
    }

    public Path etcApt() {
        return folder.resolve("etc");
    }

    public Path root() {
        return folder.resolve("archive");
    }

    private Path dist() {
        return root().resolve("dists/testing-suite");
    }

    public Path pool() {
        return root().resolve("pool");
    }

    public Path key() {
        return folder.resolve("key.gpg");
    }

    public String architecture() throws IOException {
        return run(folder, "dpkg", "--print-architecture").strip();
    }

    /** A native source package with one file. */
    public void addSource(String name, String version, String content) throws IOException {
        Path tree = folder.resolve(
                "work/" + name + "-src-" + Digest.of(content + version).abbreviated());
        Files.createDirectories(tree.resolve("debian/source"));
        Files.writeString(tree.resolve("hello.c"), content);
        Files.writeString(tree.resolve("debian/source/format"), "3.0 (native)\n");
        Files.writeString(
                tree.resolve("debian/control"),
                "Source: " + name + "\nMaintainer: T <t@example.org>\nStandards-Version: 4.6.0\n\nPackage: " + name
                        + "-bin\nArchitecture: any\nDescription: x\n");
        Files.writeString(
                tree.resolve("debian/changelog"),
                name + " (" + version + ") unstable; urgency=low\n\n  * x\n\n"
                        + " -- T <t@example.org>  Thu, 01 Jan 2026 00:00:00 +0000\n");
        run(pool(), "dpkg-source", "-b", tree.toString());
    }

    /** @param fields further lines of the control file, each ending in a newline */
    public Path addBinary(String name, String version, String fields, List<String> paths) throws IOException {
        Path tree = folder.resolve("work/" + name + "-" + version.replace(':', '_'));
        Files.createDirectories(tree.resolve("DEBIAN"));
        Files.writeString(
                tree.resolve("DEBIAN/control"),
                "Package: " + name + "\nVersion: " + version + "\nArchitecture: " + architecture()
                        + "\nMaintainer: T <t@example.org>\nDescription: x\n" + fields);
        for (String path : paths) {
            Files.createDirectories(tree.resolve(path).getParent());
            Files.writeString(tree.resolve(path), name + " " + version + " " + path + "\n");
        }
        Path file = pool().resolve(name + "_" + version.replaceFirst("^\\d+:", "") + "_" + architecture() + ".deb");
        run(pool(), "dpkg-deb", "--root-owner-group", "-b", tree.toString(), file.toString());
        return file;
    }

    /** Writes the indexes, the release file and its signature. */
    public void publish(boolean signed) throws IOException {
        String sources = run(root(), "dpkg-scansources", "pool");
        Files.writeString(dist().resolve("main/source/Sources"), sources);
        String binary = "main/binary-" + architecture() + "/Packages";
        Files.writeString(dist().resolve(binary), run(root(), "dpkg-scanpackages", "-m", "pool"));
        StringBuilder release = new StringBuilder("Origin: Debian\nSuite: testing-suite\nCodename: testing-suite\n"
                + "Date: Thu, 01 Jan 2026 00:00:00 UTC\nArchitectures: " + architecture()
                + "\nComponents: main\nSHA256:\n");
        for (String name : List.of("main/source/Sources", binary)) {
            byte[] content = Files.readAllBytes(dist().resolve(name));
            release.append(' ')
                    .append(Digest.of(content))
                    .append(' ')
                    .append(content.length)
                    .append(' ')
                    .append(name)
                    .append('\n');
        }
        Files.writeString(dist().resolve("Release"), release);
        Files.deleteIfExists(dist().resolve("InRelease"));
        if (signed) {
            if (!Files.exists(key())) {
                makeKey();
            }
            gpg(
                    "--clearsign",
                    "-o",
                    dist().resolve("InRelease").toString(),
                    dist().resolve("Release").toString());
        }
    }

    private void makeKey() throws IOException {
        Path home = Files.createDirectories(folder.resolve("gnupg"));
        home.toFile().setReadable(false, false);
        home.toFile().setReadable(true, true);
        gpg("--passphrase", "", "--quick-gen-key", "Throw-away <t@example.org>", "ed25519", "sign", "never");
        gpg("-o", key().toString(), "--export");
    }

    private void gpg(String... arguments) throws IOException {
        List<String> argv = new java.util.ArrayList<>(List.of(
                "gpg",
                "-q",
                "--batch",
                "--yes",
                "--homedir",
                folder.resolve("gnupg").toString()));
        argv.addAll(List.of(arguments));
        runner.output(Command.of(argv), cancellation);
    }

    public String entry() {
        return "deb [signed-by=" + key() + "] copy:" + root() + " testing-suite main\n";
    }

    public void configure(String list) throws IOException {
        Files.write(etcApt().resolve("sources.list"), list.getBytes(StandardCharsets.UTF_8));
    }

    public AptHost host() {
        return new AptHost(etcApt());
    }

    private String run(Path directory, String... argv) throws IOException {
        return runner.output(Command.of(argv).withDirectory(directory), cancellation);
    }

    @Override
    public void close() throws IOException {
        if (Files.exists(folder.resolve("gnupg"))) {
            runner.run(
                    Command.of("gpgconf", "--homedir", folder.resolve("gnupg").toString(), "--kill", "gpg-agent"),
                    cancellation);
        }
    }
}
