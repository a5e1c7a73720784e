package org.sourceos.hooks.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessOutput;
import org.sourceos.host.ProcessResult;
import org.sourceos.host.ProcessRunner;
import org.sourceos.host.RunningProcess;

/** A server of one repository, {@code system}, and people with keys who use it with the real git and ssh. */
final class Site implements AutoCloseable {
    static final Limits LIMITS = new Limits(64, Duration.ofSeconds(60), 3, Duration.ofMinutes(2), 1 << 20, 1 << 20);

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String PATH = "/usr/local/bin:/usr/bin:/bin";

    private final Path folder;
    private final PushServer server;
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final List<Contacts.Contact> contacts = new CopyOnWriteArrayList<>();
    private final Map<String, String> trust = new HashMap<>();
    private final ProcessRunner runner = new ProcessRunner();

    /** How a program ended and all it said. */
    record Outcome(int status, String out, String err) {}

    private Site(Path folder, Limits limits) throws Exception {
        this.folder = folder;
        assumeTrue(
                Stream.of(PATH.split(":")).anyMatch(bin -> Files.isExecutable(Path.of(bin, "ssh"))),
                "no ssh on this computer: install openssh-client");
        Files.createDirectories(folder.resolve("home"));
        git("init", "-q", "--bare", "-b", "main", repository().toString());
        git("init", "-q", "-b", "main", work().toString());
        commit("first");
        for (String person : List.of("dad", "mom", "boss", "stranger", "second", "third")) {
            key(person);
        }
        access("[repositories.system]\nread = [\"mom\"]\npush = [\"dad\"]\nadmin = [\"boss\"]\n", "dad", "mom", "boss");
        server = PushServer.start(
                new PushServer.Settings(
                        new InetSocketAddress("127.0.0.1", 0),
                        Map.of("system", new PushServer.Repository(repository(), this::access)),
                        folder.resolve("host_key"),
                        limits,
                        Map.of("PATH", PATH, "HOME", home(), "GIT_CONFIG_GLOBAL", "/dev/null", "LC_ALL", "C.UTF-8"),
                        this::contact,
                        Clock.systemUTC(),
                        log::add),
                runner);
        Files.writeString(folder.resolve("known_hosts"), "");
    }

    static Site in(Path folder) throws Exception {
        return new Site(folder, LIMITS);
    }

    static Site in(Path folder, Limits limits) throws Exception {
        return new Site(folder, limits);
    }

    private Optional<String> contact(Contacts.Contact contact) {
        contacts.add(contact);
        return contact.confirms() ? Optional.of("it stays") : Optional.empty();
    }

    /** What the server told of, oldest first. */
    List<Contacts.Contact> contacts() {
        return contacts;
    }

    private Access access() {
        synchronized (trust) {
            try {
                return Access.parse(trust);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    void access(String list, String... people) throws IOException {
        synchronized (trust) {
            trust.clear();
            trust.put("access.toml", list);
            for (String person : people) {
                trust.put(person + ".pub", Files.readString(folder.resolve(person + ".pub")));
            }
        }
    }

    PushServer server() {
        return server;
    }

    Path repository() {
        return folder.resolve("system.git");
    }

    Path work() {
        return folder.resolve("work");
    }

    private String home() {
        return folder.resolve("home").toString();
    }

    List<String> log() {
        return log;
    }

    private void key(String person) throws IOException {
        key(person, "ed25519", "256");
    }

    void key(String person, String type, String bits) throws IOException {
        String file = folder.resolve(person).toString();
        Outcome made =
                run(command(List.of("ssh-keygen", "-q", "-t", type, "-b", bits, "-N", "", "-C", person, "-f", file)));
        assertThat(made.status()).as(made.toString()).isZero();
    }

    private Command command(List<String> argv) {
        Map<String, String> environment = new HashMap<>();
        environment.put("PATH", PATH);
        environment.put("HOME", home());
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
        for (String role : List.of("AUTHOR", "COMMITTER")) {
            environment.put("GIT_" + role + "_NAME", "tester");
            environment.put("GIT_" + role + "_EMAIL", "tester@localhost");
        }
        return Command.of(argv)
                .withOnlyEnvironment(environment)
                .withDirectory(folder)
                .withTimeout(PATIENCE);
    }

    private Outcome run(Command command) throws IOException {
        ProcessResult result = runner.run(command, new Cancellation());
        return new Outcome(result.exitStatus(), result.stdout(), result.stderrTail());
    }

    /** Local git that has to work. */
    String git(String... words) throws IOException {
        List<String> argv = new ArrayList<>(List.of("git"));
        argv.addAll(List.of(words));
        Outcome outcome = run(command(argv));
        assertThat(outcome.status()).as(argv + " " + outcome).isZero();
        return outcome.out().strip();
    }

    String inWork(String... words) throws IOException {
        List<String> all = new ArrayList<>(List.of("-C", work().toString()));
        all.addAll(List.of(words));
        return git(all.toArray(String[]::new));
    }

    void commit(String text) throws IOException {
        Files.writeString(work().resolve("file"), text);
        inWork("add", "-A");
        inWork("commit", "-q", "-m", text.length() > 20 ? "much" : text);
    }

    private List<String> ssh(String person) {
        return List.of(
                "ssh",
                "-F",
                "/dev/null",
                "-i",
                folder.resolve(person).toString(),
                "-o",
                "IdentitiesOnly=yes",
                "-o",
                "BatchMode=yes",
                "-o",
                "StrictHostKeyChecking=accept-new",
                "-o",
                "UserKnownHostsFile=" + folder.resolve("known_hosts"));
    }

    /** Git as a person uses it, in the working copy. */
    Outcome git(String person, List<String> words) throws IOException {
        List<String> argv = new ArrayList<>(List.of("git", "-C", work().toString()));
        argv.addAll(words);
        return run(command(argv).withEnvironment("GIT_SSH_COMMAND", String.join(" ", ssh(person))));
    }

    String url(String path) {
        return "ssh://127.0.0.1:" + server.port() + path;
    }

    Outcome push(String person, String... words) throws IOException {
        List<String> all = new ArrayList<>(List.of("push"));
        all.addAll(List.of(words));
        all.addAll(List.of(url("/system"), "main"));
        return git(person, all);
    }

    private Command sshCommand(String person, List<String> options, String... remote) {
        List<String> argv = new ArrayList<>(ssh(person));
        argv.addAll(options);
        argv.addAll(List.of("-p", Integer.toString(server.port()), "git@127.0.0.1"));
        argv.addAll(List.of(remote));
        return command(argv);
    }

    /** What has a person's key offered too, after those before it. */
    List<String> offering(String... people) {
        return Stream.of(people)
                .flatMap(person -> Stream.of("-i", folder.resolve(person).toString()))
                .toList();
    }

    Outcome ssh(String person, List<String> options, String... remote) throws IOException {
        return run(sshCommand(person, options, remote));
    }

    /** Says {@code said} to a command and nothing after it. */
    Outcome say(String person, byte[] said, String remote) throws IOException {
        Path file = Files.createTempFile(folder, "said", "");
        Files.write(file, said);
        return run(sshCommand(person, List.of(), remote).withStdin(new Command.Stdin.File(file)));
    }

    RunningProcess begin(String person, String remote) throws IOException {
        return runner.start(
                sshCommand(person, List.of(), remote).withStdin(new Command.Stdin.Piped()),
                new ProcessOutput.Discarded(),
                new ProcessOutput.Discarded(),
                new Cancellation());
    }

    RunningProcess beginPush(String person) throws IOException {
        List<String> argv = List.of("git", "-C", work().toString(), "push", url("/system"), "main");
        return runner.start(
                command(argv).withEnvironment("GIT_SSH_COMMAND", String.join(" ", ssh(person))),
                new ProcessOutput.Discarded(),
                new ProcessOutput.Discarded(),
                new Cancellation());
    }

    /** What git's client says when it pushes HEAD as {@code main} (gitprotocol-pack, "Reference Update Request"). */
    byte[] pushed() throws IOException {
        return pushed("");
    }

    /** As {@link #pushed()}, with a pack of one object only. */
    byte[] pushed(String only) throws IOException {
        String head = inWork("rev-parse", "HEAD");
        String old = main().isEmpty() ? "0".repeat(head.length()) : main();
        String line = old + " " + head + " refs/heads/main\0 report-status\n";
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        said.writeBytes("%04x%s0000".formatted(line.length() + 4, line).getBytes(StandardCharsets.UTF_8));
        Path revisions = Files.writeString(folder.resolve("revisions"), (only.isEmpty() ? head : only) + "\n");
        Path pack = Files.createTempFile(folder, "pack", "");
        ProcessResult result = runner.run(
                command(List.of(
                                "git",
                                "-C",
                                work().toString(),
                                "pack-objects",
                                only.isEmpty() ? "--revs" : "--no-reuse-delta",
                                "--stdout",
                                "-q"))
                        .withStdin(new Command.Stdin.File(revisions)),
                new ProcessOutput.ToFile(pack),
                new ProcessOutput.Captured(),
                new Cancellation());
        assertThat(result.succeeded()).as(result.stderrTail()).isTrue();
        said.writeBytes(Files.readAllBytes(pack));
        return said.toByteArray();
    }

    /** The commit that the served branch is at; empty if there is none. */
    String main() throws IOException {
        return git("-C", repository().toString(), "for-each-ref", "--format=%(objectname)", "refs/heads/main");
    }

    /** All files of the repository: objects, refs, and whatever was left lying about. */
    List<String> stored() throws IOException {
        try (Stream<Path> files = Files.walk(repository())) {
            return files.map(path -> repository().relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }

    /** Every object is there and right, and nothing half-received is left among them. */
    void assertSound() throws IOException {
        git("-C", repository().toString(), "fsck", "--full", "--strict", "--no-dangling");
    }

    void hook(String name, String script) throws IOException {
        Path file = repository().resolve("hooks").resolve(name);
        Files.createDirectories(repository().resolve("hooks"));
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    /** Programs that run because somebody is served. */
    List<String> served() {
        return ProcessHandle.current()
                .descendants()
                .map(process -> process.info().commandLine().orElse(""))
                .filter(line -> line.contains(repository().toString()) || line.contains("sleep 4321"))
                .filter(line -> !line.contains("ssh -F"))
                .toList();
    }

    static void until(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waiting until " + what).isLessThan(end);
            Thread.sleep(50);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
