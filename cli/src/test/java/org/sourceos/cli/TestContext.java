package org.sourceos.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.sourceos.host.Cancellation;

/** A command's world in a test: real everything, with the streams in memory. */
public record TestContext(CommandContext context, ByteArrayOutputStream outBytes, ByteArrayOutputStream errBytes) {

    static TestContext of(Path directory, Map<String, String> environment) {
        return of(directory, environment, new byte[0]);
    }

    /** One that has the checkout's own {@code templates/} and nothing that has to be built. */
    public static TestContext withTemplates(Path directory, Map<String, String> environment) {
        return withTemplates(directory, environment, new byte[0]);
    }

    static TestContext withTemplates(Path directory, Map<String, String> environment, byte[] stdin) {
        return of(Path.of("..").toAbsolutePath().normalize(), directory, environment, stdin);
    }

    static TestContext of(Path directory, Map<String, String> environment, byte[] stdin) {
        return of(library(), directory, environment, stdin);
    }

    private static TestContext of(Path library, Path directory, Map<String, String> environment, byte[] stdin) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        return new TestContext(
                new CommandContext(
                        "sourceos",
                        library,
                        new ByteArrayInputStream(stdin),
                        new PrintStream(out, false, StandardCharsets.UTF_8),
                        new PrintStream(err, false, StandardCharsets.UTF_8),
                        environment,
                        directory,
                        new CommandContext.Terminals(false, false, false),
                        Signals.none(),
                        Clock.systemUTC(),
                        new Cancellation(),
                        Optional.empty()),
                out,
                err);
    }

    /** The same world, in which the program was called by another name. */
    TestContext named(String name) {
        return new TestContext(
                new CommandContext(
                        name,
                        context.library(),
                        context.in(),
                        context.out(),
                        context.err(),
                        context.environment(),
                        context.directory(),
                        context.terminals(),
                        context.signals(),
                        context.clock(),
                        context.cancellation(),
                        context.resident()),
                outBytes,
                errBytes);
    }

    /** The same world inside a service. */
    TestContext in(Resident resident) {
        return new TestContext(
                new CommandContext(
                        context.name(),
                        context.library(),
                        context.in(),
                        context.out(),
                        context.err(),
                        context.environment(),
                        context.directory(),
                        context.terminals(),
                        context.signals(),
                        context.clock(),
                        context.cancellation(),
                        Optional.of(resident)),
                outBytes,
                errBytes);
    }

    /** What {@code ./sourceos} makes: the jar, the guest's init, the shipped recipes. */
    static Path library() {
        return Path.of(System.getProperty("sourceos.test.library", "../target/dist"))
                .toAbsolutePath()
                .normalize();
    }

    public int execute(String... args) {
        return SourceOs.execute(context, args);
    }

    public String out() {
        return outBytes.toString(StandardCharsets.UTF_8);
    }

    public String err() {
        return errBytes.toString(StandardCharsets.UTF_8);
    }
}
