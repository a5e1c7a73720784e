package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessRunner;

/** A desk with a resident service of its own, which it does not leave behind. */
final class ServiceDesk implements AutoCloseable {
    private final Path folder;
    private final Desk desk;

    ServiceDesk(Path folder) throws IOException {
        this.folder = folder;
        // In case a test fails to stop it.
        this.desk = Desk.in(folder)
                .with("SOURCEOS_STATE", folder.resolve("state").toString())
                .with("SOURCEOS_SERVICE_IDLE", "60")
                .with("SOURCEOS_SERVICE", "always");
    }

    /** Commands through the service, which is started when there is none. */
    Desk always() {
        return desk;
    }

    /** Commands as people call them. */
    Desk asUsual() {
        return desk.with("SOURCEOS_SERVICE", "");
    }

    Desk never() {
        return desk.with("SOURCEOS_SERVICE", "never");
    }

    Path socket() {
        return folder.resolve("run/service.sock");
    }

    /** What the service says of itself; empty when there is none. */
    Optional<String> status() throws IOException {
        Outcome status = never().run(never().client("service", "status", "--json"));
        return status.status() == 0 ? Optional.of(status.out()) : Optional.empty();
    }

    long pid() throws IOException {
        return number(status().orElseThrow(), "pid");
    }

    static long number(String status, String field) {
        return Long.parseLong(status.replaceFirst("(?s).*\"" + field + "\":([0-9]+).*", "$1"));
    }

    void untilCalls(int count) {
        Desk.until(count + " calls", () -> number(read(), "calls_now") == count + 1, this::read);
    }

    private String read() {
        try {
            return status().orElse("{\"calls_now\":0}");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    String log() {
        try {
            return Files.readString(folder.resolve("state/service.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    static Outcome sh(Desk desk, String script, String... arguments) throws IOException {
        List<String> argv = new ArrayList<>(List.of("sh", "-c", script, program()));
        argv.addAll(Arrays.asList(arguments));
        return desk.run(desk.command(argv));
    }

    static String program() {
        return TestContext.library().resolve("sourceos").toString();
    }

    static void signal(String name, long process) throws IOException {
        new ProcessRunner().output(Command.of("kill", "-" + name, Long.toString(process)), new Cancellation());
    }

    static void untilGone(long process) {
        Desk.until(
                "process " + process + " is gone",
                () -> ProcessHandle.of(process).filter(ProcessHandle::isAlive).isEmpty(),
                () -> "");
    }

    @Override
    public void close() throws IOException {
        Optional<String> status = status();
        if (status.isPresent()) {
            long pid = number(status.get(), "pid");
            Outcome stopped = never().run(never().client("service", "stop", "--now"));
            assertThat(stopped.status()).as(stopped.toString()).isZero();
            untilGone(pid);
        }
    }
}
