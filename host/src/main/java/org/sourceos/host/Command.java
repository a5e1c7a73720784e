package org.sourceos.host;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program to start: argument vector, directory, environment, standard input and time limit.
 *
 * <p>Immutable; the {@code with…} methods give changed copies. No shell is involved, and the environment is exactly
 * {@link #environment}: nothing is inherited.
 *
 * @param argv the program (looked up in {@code PATH} of {@code environment}) and its arguments, at least one
 * @param directory where it runs; this process's own directory when empty
 * @param stdin the whole of its standard input
 * @param timeout after which it is killed; none when empty
 */
public record Command(
        List<String> argv,
        Optional<Path> directory,
        Map<String, String> environment,
        Stdin stdin,
        Optional<Duration> timeout) {

    /** Where a program's standard input comes from. */
    public sealed interface Stdin {
        /** End of file at once. */
        record Empty() implements Stdin {}

        record File(Path path) implements Stdin {}

        /** This process's own: for a program that somebody uses, such as an editor. */
        record Inherited() implements Stdin {}

        /** The caller writes it through {@link RunningProcess#stdin()}. */
        record Piped() implements Stdin {}
    }

    /** What every program gets unless told otherwise: enough to find tools, messages in English, names as UTF-8. */
    private static final Map<String, String> BASE_ENVIRONMENT =
            Map.of("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C.UTF-8");

    public Command {
        if (argv.isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
        argv = List.copyOf(argv);
        environment = Map.copyOf(environment);
    }

    public static Command of(String... argv) {
        return of(List.of(argv));
    }

    public static Command of(List<String> argv) {
        return new Command(argv, Optional.empty(), BASE_ENVIRONMENT, new Stdin.Empty(), Optional.empty());
    }

    public Command withArguments(List<String> more) {
        List<String> all = new ArrayList<>(argv);
        all.addAll(more);
        return new Command(all, directory, environment, stdin, timeout);
    }

    public Command withDirectory(Path newDirectory) {
        return new Command(argv, Optional.of(newDirectory), environment, stdin, timeout);
    }

    public Command withEnvironment(String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(environment);
        changed.put(name, value);
        return new Command(argv, directory, changed, stdin, timeout);
    }

    /** Replaces the whole environment. */
    public Command withOnlyEnvironment(Map<String, String> newEnvironment) {
        return new Command(argv, directory, newEnvironment, stdin, timeout);
    }

    public Command withStdin(Stdin newStdin) {
        return new Command(argv, directory, environment, newStdin, timeout);
    }

    public Command withTimeout(Duration newTimeout) {
        return new Command(argv, directory, environment, stdin, Optional.of(newTimeout));
    }

    /** The program's name without its folder, as messages call it. */
    public String program() {
        String first = argv.get(0);
        return first.substring(first.lastIndexOf('/') + 1);
    }
}
