package org.sourceos.cli.system;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.RequestFailedException;
import org.sourceos.cli.UsageException;
import org.sourceos.cli.language.ConfigurationFolder;
import org.sourceos.config.ConfigException;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.config.CommitId;
import org.sourceos.gitstore.config.ConfigRepository;
import org.sourceos.host.ProcessOutput;
import org.sourceos.host.ProcessResult;
import org.sourceos.host.ProcessRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sourceos-rebuild edit}. */
@Command(
        name = "edit",
        header = "Edit the configuration, and check it.",
        description = {
            "Opens VISUAL or EDITOR (else sensible-editor, editor, nano or vi), then shows every mistake, and",
            "what is different from what is committed. Nothing is committed unless --commit says so, and",
            "nothing is deployed: that is `sourceos-rebuild switch`.",
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit status: 0 the configuration can be used; 2 it has mistakes (the file stays as it was left).",
            "",
            "Examples:",
            "  sourceos-rebuild edit",
            "  sourceos-rebuild edit family.source.nix",
            "  sourceos-rebuild edit --commit -m 'Add jq' && sourceos-rebuild switch",
        })
final class EditCommand extends SystemSubcommand {
    private static final List<String> EDITORS = List.of("sensible-editor", "editor", "nano", "vi");

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "of the configuration (default: " + ConfigurationFolder.ENTRY + ")")
    private @Nullable Path file;

    @Option(names = "--commit", description = "commit the file if there are no mistakes; needs -m")
    private boolean commit;

    @Option(
            names = {"-m", "--message"},
            paramLabel = "TEXT",
            description = "the message of that commit")
    private @Nullable String message;

    EditCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        Path config = places().config();
        if (!Files.isDirectory(config)) {
            throw new UsageException("there is no configuration in " + config + ": `sourceos init` makes one");
        }
        Path edited = config.resolve(file == null ? Path.of(ConfigurationFolder.ENTRY) : file)
                .normalize();
        if (commit != (message != null)) {
            throw new UsageException("--commit and -m TEXT go together: write for instance --commit -m 'Add jq'");
        }
        if (context().resident().isPresent()) {
            throw new RequestFailedException(
                    "an editor needs the terminal it is called from, and this command runs in the"
                            + " resident service: edit " + edited + " yourself, then run `sourceos check`");
        }
        boolean usable;
        do {
            openEditor(edited);
            usable = check(config);
        } while (!usable && again());
        Optional<ConfigRepository> repository = repository(config);
        if (repository.isPresent()) {
            context().out().print(repository.get().differences(context().cancellation()));
        }
        if (usable && message != null) {
            commit(config, repository, edited, message);
        }
        return (usable ? ExitCode.DONE : ExitCode.UNUSABLE).status();
    }

    private void openEditor(Path edited) throws IOException, RequestFailedException {
        ProcessResult result = attached(editor(edited).withDirectory(context().directory()));
        if (!result.succeeded()) {
            throw new RequestFailedException("the editor ended with status " + result.exitStatus()
                    + ", so nothing was checked; VISUAL and EDITOR say which one is started");
        }
    }

    /** With the caller's environment and terminal: an editor, and git, which may ask for the key of a signature. */
    private ProcessResult attached(org.sourceos.host.Command command) throws IOException {
        context().out().flush();
        context().err().flush();
        return new ProcessRunner()
                .run(
                        command.withOnlyEnvironment(context().environment())
                                .withStdin(new org.sourceos.host.Command.Stdin.Inherited()),
                        new ProcessOutput.Inherited(),
                        new ProcessOutput.Inherited(),
                        context().cancellation());
    }

    /** A variable may hold words for a shell, as git takes it: {@code code --wait}. */
    private org.sourceos.host.Command editor(Path edited) throws RequestFailedException {
        Optional<String> chosen = Stream.of("VISUAL", "EDITOR")
                .map(name -> context().environment().getOrDefault(name, "").strip())
                .filter(value -> !value.isEmpty())
                .findFirst();
        if (chosen.isPresent()) {
            return org.sourceos.host.Command.of(
                    "/bin/sh", "-c", chosen.get() + " \"$@\"", chosen.get(), edited.toString());
        }
        String path = context().environment().getOrDefault("PATH", "/usr/bin:/bin");
        return EDITORS.stream()
                .filter(name -> Stream.of(path.split(":", -1))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder.isEmpty() ? "." : folder, name))))
                .findFirst()
                .map(name -> org.sourceos.host.Command.of(name, edited.toString()))
                .orElseThrow(() -> new RequestFailedException(
                        "found no editor (" + String.join(", ", EDITORS) + "): install one, or name one in EDITOR"));
    }

    private boolean check(Path config) throws Exception {
        try {
            EvaluatedSystem.of(context(), ConfigurationSource.ofFolder(config));
            context().err().println("no mistakes");
            return true;
        } catch (ConfigException e) {
            e.diagnostics().forEach(mistake -> context().err().println(mistake.render()));
            return false;
        }
    }

    private boolean again() throws IOException {
        if (!context().terminals().in() || !context().terminals().err()) {
            return false;
        }
        context().err().print("edit again? [Y/n] ");
        context().err().flush();
        String answer = line().strip().toLowerCase(Locale.ROOT);
        return !answer.equals("n") && !answer.equals("no");
    }

    /** Not a byte more than the line: what follows may be the editor's. The end of the input means no. */
    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int c;
        while ((c = context().in().read()) >= 0) {
            if (c == '\n') {
                return line.toString(StandardCharsets.UTF_8);
            }
            line.write(c);
        }
        return line.size() == 0 ? "n" : line.toString(StandardCharsets.UTF_8);
    }

    private Optional<ConfigRepository> repository(Path config) {
        try {
            return Optional.of(ConfigRepository.open(
                    config,
                    context().environment(),
                    new ProcessRunner(),
                    context().cancellation()));
        } catch (StoreException e) {
            return Optional.empty(); // a configuration can be edited before it is in git
        }
    }

    private void commit(Path config, Optional<ConfigRepository> repository, Path edited, String text)
            throws StoreException, IOException, RequestFailedException {
        ConfigRepository in = repository.orElseThrow(() -> new RequestFailedException(
                config + " is in no git repository, so nothing can be committed: `git init`"));
        if (in.changes(context().cancellation()).isEmpty()) {
            say("nothing was changed, and so nothing committed");
            return;
        }
        for (List<String> words : List.of(
                List.of("add", "--", edited.toString()),
                List.of("commit", "--quiet", "-m", text, "--", edited.toString()))) {
            ProcessResult result = attached(
                    org.sourceos.host.Command.of("git").withArguments(words).withDirectory(in.place()));
            if (!result.succeeded()) {
                throw new RequestFailedException("git " + words.get(0) + " ended with status " + result.exitStatus()
                        + ": nothing was committed, and " + edited + " is as it was left");
            }
        }
        CommitId id = in.commit("HEAD", context().cancellation());
        context().out().println(id.abbreviated() + " " + text);
    }
}
