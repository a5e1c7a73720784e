package org.sourceos.gitstore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessResult;
import org.sourceos.host.ProcessRunner;

/** Runs the real programs that tests compare with. */
public final class Tool {
    private Tool() {}

    public static String run(String... argv) throws IOException {
        return new ProcessRunner().output(Command.of(argv), new Cancellation());
    }

    public static ProcessResult tryRun(String... argv) throws IOException {
        return new ProcessRunner().run(Command.of(argv), new Cancellation());
    }

    public static String git(Path directory, String... arguments) throws IOException {
        List<String> argv = new ArrayList<>(List.of("git", "-c", "safe.directory=*", "-C", directory.toString()));
        argv.addAll(List.of(arguments));
        return run(argv.toArray(String[]::new));
    }

    /** All that git fsck says, on either stream; empty when it is content. */
    public static String fsck(Path store) throws IOException {
        ProcessResult result =
                tryRun("git", "-C", store.toString(), "fsck", "--full", "--strict", "--no-dangling", "--no-progress");
        String said = result.stdout() + result.stderrTail();
        return said.lines()
                        .filter(line -> !line.startsWith("notice: HEAD points to an unborn branch"))
                        .filter(line -> !line.equals("notice: No default references"))
                        .reduce("", (a, b) -> a + b + "\n")
                + (result.succeeded() ? "" : "status " + result.exitStatus());
    }

    public static boolean isInstalled(String program) {
        return List.of("/usr/bin", "/usr/sbin", "/bin", "/sbin").stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    public static boolean isRoot() throws IOException {
        return run("id", "-u").strip().equals("0");
    }
}
