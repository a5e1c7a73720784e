import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Signals;
import org.sourceos.cli.SourceOs;
import org.sourceos.host.Cancellation;

/**
 * The gate that a pushed commit passes, warm, as in a resident service: the hook {@code pre-push} for one new commit after the
 * other, whose configuration sets some 500 options; {@code ./bench deploy} runs it. From git's line on standard input to the
 * exit status: the commit exported, the catalogue read, everything evaluated and checked.
 *
 * <p>Arguments: the folder of the program, a folder to work in, rounds. Prints the milliseconds of each, after warming up.
 */
final class GateBench {
    private static final int WARM_UP = 40;
    private static final int MACHINES = 100;

    private final Path library;
    private final Path repository;
    private final Map<String, String> environment = new HashMap<>();

    private GateBench(Path library, Path folder) {
        this.library = library;
        this.repository = folder.resolve("gate");
        environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
        environment.put("HOME", folder.toString());
        environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
        environment.put("SOURCEOS_CONFIG", repository.toString());
        environment.put("SOURCEOS_STORE", folder.resolve("gate-store").toString());
        environment.put("SOURCEOS_STATE", folder.resolve("gate-state").toString());
        for (String role : List.of("AUTHOR", "COMMITTER")) {
            environment.put("GIT_" + role + "_NAME", "bench");
            environment.put("GIT_" + role + "_EMAIL", "bench@localhost");
        }
    }

    public static void main(String[] args) throws Exception {
        GateBench bench = new GateBench(Path.of(args[0]).toRealPath(), Path.of(args[1]).toRealPath());
        Files.createDirectories(bench.repository);
        bench.git("init", "-q", "-b", "main");
        for (int i = 0; i < WARM_UP + Integer.parseInt(args[2]); i++) {
            String commit = bench.commit(i);
            long begun = System.nanoTime();
            bench.gate(commit);
            if (i >= WARM_UP) {
                System.out.println((System.nanoTime() - begun) / 1_000_000);
            }
        }
    }

    /** Five options a machine. */
    private String commit(int round) throws Exception {
        StringBuilder text = new StringBuilder("{\n  system.hostname = \"bench-" + round + "\";\n");
        for (int i = 0; i < MACHINES; i++) {
            text.append("  vms.machine-").append(i).append(" = { memory = \"").append(256 + i).append("M\"; cpus = ")
                    .append(1 + i % 4).append("; package = hello; autostart = false; network = \"user\"; };\n");
        }
        Files.writeString(repository.resolve("system.source.nix"), text.append("}\n"));
        git("add", "-A");
        git("commit", "-q", "-m", "Round " + round);
        return git("rev-parse", "HEAD");
    }

    private void gate(String commit) {
        String line = "refs/heads/main " + commit + " refs/heads/main " + "0".repeat(40) + "\n";
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        CommandContext context = new CommandContext(
                "sourceos",
                library,
                new ByteArrayInputStream(line.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8),
                new PrintStream(err, false, StandardCharsets.UTF_8),
                environment,
                repository,
                new CommandContext.Terminals(false, false, false),
                Signals.none(),
                Clock.systemUTC(),
                new Cancellation(),
                Optional.empty());
        if (SourceOs.execute(context, "hooks", "run", "pre-push") != 0) {
            throw new IllegalStateException(err.toString(StandardCharsets.UTF_8));
        }
    }

    private String git(String... words) throws Exception {
        ProcessBuilder builder = new ProcessBuilder();
        builder.command().add("git");
        builder.command().addAll(List.of(words));
        builder.directory(repository.toFile()).redirectErrorStream(true).environment().putAll(environment);
        Process process = builder.start();
        try (InputStream out = process.getInputStream()) {
            String said = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) {
                throw new IllegalStateException("git " + String.join(" ", words) + ": " + said);
            }
            return said;
        }
    }
}
