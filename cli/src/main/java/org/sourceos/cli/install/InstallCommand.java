package org.sourceos.cli.install;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.SourceOs;
import org.sourceos.cli.User;
import org.sourceos.cli.language.instantiate.NixInstantiate;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Directories;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sourceos install}: puts the program on PATH under all its names. */
@Command(
        name = "install",
        header = "Put sourceos, run and the other names on PATH.",
        description = {
            "Copies the program to PREFIX/lib/sourceos, links its names in PREFIX/bin, and writes manual pages",
            "and bash completions below PREFIX/share. PREFIX is /usr/local for root and ~/.local for others.",
            "Files of the same names that SourceOS did not make are never replaced. Units for systemd, which start",
            "the resident service when it is needed, are put where systemd looks for them; they are not enabled.",
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  sourceos install",
            "  sourceos install --prefix ~/.local --dry-run",
            "  sourceos install --nix-instantiate     where Nix is not installed",
            "  sourceos install --uninstall",
        })
public final class InstallCommand implements Callable<Integer> {
    /** The names of the program, the thin client's own first. */
    private static final List<String> NAMES = Stream.concat(
                    Stream.of("sourceos"), new TreeSet<>(SourceOs.NAMES.keySet()).stream())
            .toList();

    /** What is copied from the library folder; without the class-data archive everything works, slower. */
    private static final List<String> FILES =
            List.of("sourceos.jar", "sourceos.jsa", "java-version", "guest-init", "confine", "sourceos");

    private static final List<String> UNITS = List.of("sourceos.service", "sourceos.socket");

    private final CommandContext context;

    @Option(names = "--prefix", paramLabel = "DIR", description = "where bin, lib and share are")
    private @Nullable Path prefix;

    @Option(names = "--dry-run", description = "say what would be written, write nothing")
    private boolean dryRun;

    @Option(
            names = "--nix-instantiate",
            description = "also under the name nix-instantiate, for what evaluates with that program")
    private boolean nixInstantiate;

    @Option(names = "--uninstall", description = "remove what an installation wrote; stores and configurations stay")
    private boolean uninstall;

    InstallCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        Path target = context.directory().resolve(prefix != null ? prefix : defaultPrefix());
        Path library = target.resolve("lib/sourceos");
        return uninstall ? remove(target, library) : install(target, library);
    }

    private Path defaultPrefix() {
        return User.isRoot()
                ? Path.of("/usr/local")
                : Path.of(context.environment().getOrDefault("HOME", "/"), ".local");
    }

    private int install(Path target, Path library) throws IOException {
        Path bin = target.resolve("bin");
        List<String> names = new ArrayList<>(NAMES);
        names.add(SourceOs.SERVICE_NAME);
        if (nixInstantiate) {
            names.add(NixInstantiate.NAME);
        }
        for (String name : names) {
            Path link = bin.resolve(name);
            if (Files.exists(link, java.nio.file.LinkOption.NOFOLLOW_LINKS) && !isOurs(link)) {
                context.err()
                        .println("sourceos: " + link + " exists and is not SourceOS's; move it away, or choose another"
                                + " place with --prefix");
                return ExitCode.FAILED.status();
            }
        }
        Map<Path, String> texts = new LinkedHashMap<>();
        for (CommandLine command : allCommands(SourceOs.commandLine(context))) {
            String name = ManPage.nameOf(command.getCommandSpec());
            texts.put(target.resolve("share/man/man1/" + name + ".1"), ManPage.of(command.getCommandSpec()));
        }
        for (Map.Entry<String, String> name : new java.util.TreeMap<>(SourceOs.NAMES).entrySet()) {
            CommandLine command = SourceOs.commandLine(context).getSubcommands().get(name.getValue());
            if (command != null) {
                texts.put(
                        target.resolve("share/bash-completion/completions/" + name.getKey()),
                        AutoComplete.bash(name.getKey(), command)
                                + (name.getValue().equals("convert")
                                        ? PackageCompletion.bash("_complete_" + name.getKey())
                                        : ""));
                // sourceos-rebuild is the name of its own page.
                texts.putIfAbsent(
                        target.resolve("share/man/man1/" + name.getKey() + ".1"),
                        ".so man1/" + ManPage.nameOf(command.getCommandSpec()) + ".1\n");
            }
        }
        String completion = AutoComplete.bash("sourceos", SourceOs.commandLine(context))
                + MachineCompletion.bash("_complete_sourceos");
        texts.put(target.resolve("share/bash-completion/completions/sourceos"), completion);

        for (Path folder : unitFolders(target)) {
            for (String unit : UNITS) {
                String text = Files.readString(
                        context.library().resolve("templates/systemd").resolve(unit));
                texts.put(folder.resolve(unit), text.replace("/usr/local/bin", bin.toString()));
            }
        }

        List<Path> written = new ArrayList<>();
        for (String file : FILES) {
            Path from = context.library().resolve(file);
            if (Files.exists(from)) {
                copy(from, library.resolve(file), written);
            }
        }
        Path templates = context.library().resolve("templates").toRealPath();
        try (Stream<Path> files = Files.walk(templates)) {
            for (Path from : files.filter(Files::isRegularFile).sorted().toList()) {
                copy(
                        from,
                        library.resolve("templates")
                                .resolve(templates.relativize(from).toString()),
                        written);
            }
        }
        for (Map.Entry<Path, String> text : texts.entrySet()) {
            if (!dryRun) {
                Files.createDirectories(folderOf(text.getKey()));
                AtomicFile.write(text.getKey(), text.getValue());
                Files.setPosixFilePermissions(
                        text.getKey(), java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
            }
            written.add(text.getKey());
        }
        for (String name : names) {
            Path link = bin.resolve(name);
            if (!dryRun) {
                Files.createDirectories(bin);
                Files.deleteIfExists(link);
                Files.createSymbolicLink(link, bin.relativize(library.resolve("sourceos")));
            }
            written.add(link);
        }
        if (dryRun) {
            written.forEach(path -> context.out().println(path));
            return ExitCode.DONE.status();
        }
        AtomicFile.write(
                library.resolve("installed-files"),
                out -> out.write(
                        (String.join("\n", written.stream().map(Path::toString).toList()) + "\n")
                                .getBytes(StandardCharsets.UTF_8)));
        context.out().println("installed " + String.join(", ", names) + " in " + bin);
        context.out()
                .println("systemd can start the resident service: systemctl " + (User.isRoot() ? "" : "--user ")
                        + "enable --now sourceos.socket");
        List<String> path =
                List.of(context.environment().getOrDefault("PATH", "").split(":"));
        if (!path.contains(bin.toString())) {
            context.out().println("note: " + bin + " is not on PATH; add it in your shell's profile");
        }
        return ExitCode.DONE.status();
    }

    private int remove(Path target, Path library) throws IOException {
        Path list = library.resolve("installed-files");
        if (!Files.exists(list)) {
            context.err().println("sourceos: nothing of SourceOS is installed below " + target);
            return ExitCode.FAILED.status();
        }
        for (String line : Files.readAllLines(list)) {
            if (dryRun) {
                context.out().println(line);
            } else {
                Files.deleteIfExists(Path.of(line));
            }
        }
        if (!dryRun) {
            Directories.remove(library);
            context.out().println("removed SourceOS from " + target);
        }
        return ExitCode.DONE.status();
    }

    /** Where systemd looks for units of the system and of users; below another prefix than the usual ones it does not. */
    private static List<Path> unitFolders(Path target) {
        return User.isRoot()
                ? List.of(target.resolve("lib/systemd/system"), target.resolve("lib/systemd/user"))
                : List.of(target.resolve("share/systemd/user"));
    }

    private static boolean isOurs(Path link) throws IOException {
        return Files.isSymbolicLink(link)
                && Files.readSymbolicLink(link).endsWith(Path.of("lib", "sourceos", "sourceos"));
    }

    /** Copies beside its place and renames: a running program keeps the file it was started from. */
    private void copy(Path from, Path to, List<Path> written) throws IOException {
        if (!dryRun) {
            Files.createDirectories(folderOf(to));
            Path begun = to.resolveSibling("." + to.getFileName() + ".new");
            Files.copy(from, begun, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
            Files.move(begun, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        written.add(to);
    }

    private static Path folderOf(Path file) {
        return java.util.Objects.requireNonNull(file.getParent());
    }

    private static List<CommandLine> allCommands(CommandLine root) {
        List<CommandLine> all = new ArrayList<>();
        if (!root.getCommandSpec().usageMessage().hidden()) {
            all.add(root);
        }
        root.getSubcommands().values().stream()
                .distinct()
                .sorted(Comparator.comparing(CommandLine::getCommandName))
                .filter(c -> !c.getCommandSpec().usageMessage().hidden())
                .forEach(c -> all.addAll(allCommands(c)));
        return all;
    }
}
