package org.sourceos.gitstore.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.config.GitProgram.Answer;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Cancellation;

/**
 * Hooks of a repository that call {@code PROGRAM hooks run NAME}. A hook that the user has is kept as {@code NAME.user} and
 * run first, with the same arguments and standard input; if it fails, the hook ends with its status. Whether a file is one
 * of ours is written in it, and no other is ever changed or removed.
 */
public final class HookFiles {
    private static final int LONGEST_SHIM = 16 << 10;

    private final Path folder;

    private HookFiles(Path folder) {
        this.folder = folder;
    }

    /** What is in the place of a hook. */
    public enum State {
        ABSENT,
        /** Ours, for the program that was asked about. */
        INSTALLED,
        /** Ours, but for another program or of another version; installing renews it. */
        OUTDATED,
        /** The user's. */
        FOREIGN
    }

    /** @param userHook the user's own hook that ours runs first */
    public record Status(String name, Path file, State state, Optional<Path> userHook) {}

    /** Puts the hooks in place; harmless if they are already. Nothing is changed if one of them cannot be. */
    public static void install(
            ConfigRepository repository, List<String> hookNames, Path program, Cancellation cancellation)
            throws StoreException {
        if (!program.isAbsolute()) {
            throw new IllegalArgumentException("a hook needs the whole path of its program, not " + program);
        }
        HookFiles hooks = of(repository, cancellation);
        List<Status> all = hooks.status(hookNames, program);
        for (Status hook : all) {
            if (hook.state() == State.FOREIGN && hook.userHook().isPresent()) {
                throw new StoreException(
                        "cannot install the hook " + hook.name() + " of " + repository.place() + ": both "
                                + hook.file() + " and " + hook.userHook().get()
                                + " are there and neither is sourceos's; make one hook of the two and call it "
                                + hook.name() + HookShim.USER);
            }
        }
        for (Status hook : all) {
            try {
                hooks.install(hook, program);
            } catch (IOException e) {
                throw hooks.failed("install", hook.name(), e);
            }
        }
    }

    /** Takes away what {@link #install} put there and puts the user's own hooks back; leaves all else alone. */
    public static void remove(ConfigRepository repository, List<String> hookNames, Cancellation cancellation)
            throws StoreException {
        HookFiles hooks = of(repository, cancellation);
        for (Status hook : hooks.status(hookNames, Path.of("/"))) {
            try {
                if (hook.state() == State.INSTALLED || hook.state() == State.OUTDATED) {
                    hooks.remove(hook);
                }
            } catch (IOException e) {
                throw hooks.failed("remove", hook.name(), e);
            }
        }
    }

    /** One for each name, in their order. */
    public static List<Status> status(
            ConfigRepository repository, List<String> hookNames, Path program, Cancellation cancellation)
            throws StoreException {
        return of(repository, cancellation).status(hookNames, program);
    }

    private static HookFiles of(ConfigRepository repository, Cancellation cancellation) throws StoreException {
        Path place = repository.place();
        GitProgram git = new GitProgram(
                place, repository.git().environment(), repository.git().runner());
        String purpose = "find the hooks of " + place;
        Answer scope = git.ask(cancellation, "config", "--show-scope", "--get", "core.hooksPath");
        if (scope.succeeded() && scope.text().matches("(?s)(global|system)\\s.*")) {
            throw new StoreException("cannot " + purpose + ": core.hooksPath of your git configuration gives all"
                    + " repositories the same hooks, and those of this one would run in all; give it its own: `git -C "
                    + place + " config core.hooksPath .git/hooks`");
        }
        String answer = git.need(purpose, cancellation, "rev-parse", "--git-path", "hooks")
                .text();
        return new HookFiles(
                place.resolve(answer.substring(0, answer.length() - 1)).normalize());
    }

    private List<Status> status(List<String> names, Path program) throws StoreException {
        List<Status> all = new ArrayList<>();
        for (String name : names) {
            if (!name.matches("[a-z]+(-[a-z]+)*")) {
                throw new IllegalArgumentException("not the name of a hook: " + name);
            }
            Path file = folder.resolve(name);
            Path user = folder.resolve(name + HookShim.USER);
            try {
                all.add(new Status(
                        name,
                        file,
                        state(file, HookShim.text(name, program)),
                        exists(user) ? Optional.of(user) : Optional.empty()));
            } catch (IOException e) {
                throw failed("look at", name, e);
            }
        }
        return List.copyOf(all);
    }

    private static boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    private static State state(Path file, String wanted) throws IOException {
        if (!exists(file)) {
            return State.ABSENT;
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > LONGEST_SHIM) {
            return State.FOREIGN;
        }
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        if (text.lines().noneMatch(line -> line.startsWith(HookShim.MARK))) {
            return State.FOREIGN;
        }
        return text.equals(wanted) && Files.isExecutable(file) ? State.INSTALLED : State.OUTDATED;
    }

    private void install(Status hook, Path program) throws IOException {
        if (hook.state() == State.INSTALLED) {
            return;
        }
        Files.createDirectories(folder);
        Path written = Files.createTempFile(folder, "." + hook.name() + ".", ".tmp");
        try {
            Files.writeString(written, HookShim.text(hook.name(), program), StandardCharsets.UTF_8);
            Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("rwxr-xr-x"));
            if (hook.state() == State.FOREIGN) {
                // Should we be killed after this, installing again completes it: a hook NAME.user is run whenever it is
                // there.
                AtomicFile.moveIntoPlace(hook.file(), folder.resolve(hook.name() + HookShim.USER));
            }
            AtomicFile.moveIntoPlace(written, hook.file());
            AtomicFile.syncFolder(folder);
        } finally {
            Files.deleteIfExists(written);
        }
    }

    private void remove(Status hook) throws IOException {
        if (hook.userHook().isPresent()) {
            AtomicFile.moveIntoPlace(hook.userHook().get(), hook.file());
        } else {
            Files.deleteIfExists(hook.file());
        }
        AtomicFile.syncFolder(folder);
    }

    private StoreException failed(String verb, String name, IOException failure) {
        return new StoreException(
                "cannot " + verb + " the hook " + name + " in " + folder + ": "
                        + failure.getClass().getSimpleName() + ": "
                        + failure.getMessage()
                        + "; the folder has to be one that you can write (git takes it from core.hooksPath, if that is set)",
                failure);
    }
}
