package org.sourceos.cli.language;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.config.diff.UnifiedDiff;
import org.sourceos.config.nix.Bytes;
import org.sourceos.config.nix.ParseException;
import org.sourceos.config.nix.format.Formatter;
import org.sourceos.host.AtomicFile;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sourceos fmt}: lays out texts of the configuration language. */
@Command(
        name = "fmt",
        header = "Format texts of the configuration language (Nix).",
        description = {
            "Files are rewritten in place, folders searched for *.nix (links are not followed, .git is left out).",
            "Without a FILE, or with -, standard input is formatted to standard output. What a text means never",
            "changes, no comment is lost, and formatting twice is formatting once.",
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit status: 0 done; 1 --check found a file to format, or a file could not be written; 2 a text is not",
            "in the language, or a file cannot be read (all others are done).",
            "",
            "Examples:",
            "  sourceos fmt system.source.nix",
            "  sourceos fmt .                         every *.nix here and below",
            "  sourceos fmt --check .                 for scripts and hooks: names what is not formatted",
            "  sourceos fmt --diff family.nix         what would change",
            "  sourceos fmt - < old.nix > new.nix",
        })
public final class FmtCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "<stdin>";

    private final CommandContext context;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "FILE|DIR|-", description = "what to format; - for standard input")
    private List<String> paths = List.of();

    @Option(names = "--check", description = "write nothing, name each file that would change, exit 1 if there is one")
    private boolean check;

    @Option(names = "--diff", description = "write nothing, show what would change")
    private boolean diff;

    @Option(names = "--standard", description = "Nix as it is everywhere, without SourceOS's additions")
    private boolean standard;

    private int changed;
    private int unchanged;
    private int unusable;
    private int unwritten;

    FmtCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        if (paths.isEmpty() && context.terminals().in()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "which files? name some, a folder (. is this one), or - for standard input");
        }
        Formatter formatter = new Formatter(!standard);
        if (paths.isEmpty() || paths.equals(List.of("-"))) {
            formatInput(formatter);
        } else {
            for (Path file : files()) {
                context.cancellation().throwIfCancelled();
                formatFile(formatter, file);
            }
            summarize();
        }
        if (unusable > 0) {
            return ExitCode.UNUSABLE.status();
        }
        boolean failed = unwritten > 0 || (check && changed > 0);
        return (failed ? ExitCode.FAILED : ExitCode.DONE).status();
    }

    /** The files that are meant, each once, named as the user named them. */
    private Set<Path> files() {
        Set<Path> files = new LinkedHashSet<>();
        for (String path : paths) {
            Path named = Path.of(path).normalize();
            Path place = context.directory().resolve(named);
            if (path.equals("-")) {
                throw new CommandLine.ParameterException(
                        spec.commandLine(), "- (standard input) and files do not go together");
            } else if (Files.isDirectory(place)) {
                addFolder(files, named, place);
            } else {
                files.add(named);
            }
        }
        return files;
    }

    private void addFolder(Set<Path> files, Path named, Path place) {
        try {
            Collection<Path> found = NixFiles.below(place);
            for (Path file : found) {
                files.add(named.resolve(place.relativize(file)).normalize());
            }
            if (found.isEmpty()) {
                context.err()
                        .println("sourceos: no *.nix files in "
                                + (named.toString().isEmpty() ? "." : named));
            }
        } catch (IOException e) {
            unusable++;
            context.err().println("sourceos: cannot search " + named + ": " + reason(e));
        }
    }

    private void formatInput(Formatter formatter) throws IOException {
        byte[] text = context.in().readAllBytes();
        byte[] formatted;
        try {
            formatted = formatter.format(STANDARD_INPUT, text);
        } catch (ParseException e) {
            unusable++;
            context.err().println(e.getMessage());
            return;
        }
        if (!check && !diff) {
            context.out().write(formatted);
        } else if (!Arrays.equals(text, formatted)) {
            show(STANDARD_INPUT, text, formatted);
        }
    }

    private void formatFile(Formatter formatter, Path file) {
        Path place = context.directory().resolve(file);
        byte[] text;
        byte[] formatted;
        try {
            if (Files.exists(place) && !Files.isRegularFile(place)) {
                throw new IOException("it is not a file");
            }
            text = Files.readAllBytes(place);
            formatted = formatter.format(file.toString(), text);
        } catch (IOException e) {
            unusable++;
            context.err().println("sourceos: cannot read " + file + ": " + reason(e));
            return;
        } catch (ParseException e) {
            unusable++;
            context.err().println(e.getMessage());
            return;
        }
        if (Arrays.equals(text, formatted)) {
            unchanged++;
        } else if (check || diff) {
            show(file.toString(), text, formatted);
        } else {
            write(file, place, formatted);
        }
    }

    private void show(String name, byte[] text, byte[] formatted) {
        changed++;
        if (diff) {
            context.out().print(Bytes.toUnicode(UnifiedDiff.of(Bytes.of(name), Bytes.of(text), Bytes.of(formatted))));
        } else {
            context.out().println(name);
        }
    }

    private void write(Path file, Path place, byte[] formatted) {
        try {
            // A link stays one: what it leads to is rewritten.
            Path target = place.toRealPath();
            if (!Files.isWritable(target)) {
                throw new IOException("it is read-only");
            }
            AtomicFile.replace(target, out -> out.write(formatted));
            changed++;
        } catch (IOException e) {
            unwritten++;
            context.err().println("sourceos: cannot write " + file + ": " + reason(e));
        }
    }

    private void summarize() {
        List<String> parts = new ArrayList<>();
        boolean dry = check || diff;
        if (changed > 0) {
            parts.add((dry ? "" : "formatted ") + files(changed) + (dry ? " would change" : ""));
        }
        if (unusable + unwritten > 0 && changed + unchanged + unusable + unwritten > 1) {
            parts.add(files(unusable + unwritten) + " failed");
        }
        if (!parts.isEmpty()) {
            parts.add(unchanged > 0 ? unchanged + " unchanged" : "");
            parts.remove("");
            context.err().println(String.join(", ", parts));
        }
    }

    private static String files(int count) {
        return count + (count == 1 ? " file" : " files");
    }

    private static String reason(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        return String.valueOf(failure.getMessage());
    }
}
