package org.sourceos.gitstore.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sourceos.host.Cancellation;
import org.sourceos.host.ProcessRunner;

/** What a hook of a test runs: reads the repository it is started for, from the environment and folder that git gives it. */
final class InsideHook {
    private InsideHook() {}

    /** A line of shell that runs this with the given arguments. */
    static String line(String... arguments) {
        return Path.of(System.getProperty("java.home"), "bin/java") + " -XX:TieredStopAtLevel=1 -cp '"
                + System.getProperty("java.class.path") + "' " + InsideHook.class.getName() + " '"
                + String.join("' '", arguments) + "'";
    }

    /**
     * {@code staged TARGET} exports the index and notes the changes beside it; {@code received TARGET} exports what a push
     * brings and notes the number of commits.
     */
    public static void main(String... arguments) throws Exception {
        Cancellation never = new Cancellation();
        ConfigRepository repository = ConfigRepository.open(Path.of(""), System.getenv(), new ProcessRunner(), never);
        Path target = Path.of(arguments[1]);
        Path note = target.resolveSibling("note");
        if (arguments[0].equals("staged")) {
            repository.exportIndex(target, never);
            Files.writeString(note, repository.changes(never).toString());
            return;
        }
        String line = new String(System.in.readAllBytes(), StandardCharsets.UTF_8).strip();
        CommitId commit = repository.commit(line.split(" ")[1], never);
        repository.export(commit, target, never);
        List<CommitId> commits = repository.between(Optional.empty(), commit, never);
        Files.writeString(
                note,
                commits.stream()
                        .map(id -> id.hex())
                        .collect(Collectors.joining("\n", "", "\n" + repository.workTree() + "\n")));
    }
}
