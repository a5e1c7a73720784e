package org.sourceos.rebuild.apt;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.sourceos.config.debian.AptSources;
import org.sourceos.config.debian.SourceEntry;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.RebuildException;

/**
 * The machine whose apt configuration is used; it is only ever read.
 *
 * @param etcApt {@code /etc/apt}, or a folder made like it
 */
public record AptHost(Path etcApt) {
    // apt's own rule for names in sources.list.d, apt.conf(5) "Directories"; others are ignored silently as apt does.
    private static final String PART_NAME = "[A-Za-z0-9_.-]+";

    /** What the machine's apt is told, as far as we take it over. */
    record Settings(String architecture, List<String> lines) {
        Settings {
            lines = List.copyOf(lines);
        }
    }

    public static AptHost ofThisMachine() {
        return new AptHost(Path.of("/etc/apt"));
    }

    /** All enabled entries, in apt's order. A file that cannot be read or used is a warning. */
    public List<SourceEntry> sources(Consumer<String> warning) throws RebuildException {
        List<SourceEntry> entries = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        files.add(etcApt.resolve("sources.list"));
        files.addAll(parts(warning));
        for (Path file : files) {
            if (!Files.isRegularFile(file)) {
                continue;
            }
            try {
                String text = read(file);
                AptSources.Parsed parsed = file.getFileName().toString().endsWith(".sources")
                        ? AptSources.parseDeb822(text)
                        : AptSources.parseList(text);
                entries.addAll(parsed.entries());
                parsed.complaints().forEach(c -> warning.accept(file + ": " + c + "; it is left out"));
            } catch (IOException e) {
                warning.accept(
                        "cannot read the apt sources in " + file + ": " + e.getMessage() + "; they are left out");
            }
        }
        if (entries.isEmpty()) {
            throw new RebuildException(
                    RebuildException.Kind.UNUSABLE,
                    "this machine has no apt sources: " + etcApt + "/sources.list and " + etcApt
                            + "/sources.list.d name none that is enabled; add one, such as\n"
                            + "  deb http://MIRROR/debian bookworm main");
        }
        return entries;
    }

    private List<Path> parts(Consumer<String> warning) {
        List<Path> files = new ArrayList<>();
        Path folder = etcApt.resolve("sources.list.d");
        if (!Files.isDirectory(folder)) {
            return files;
        }
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            for (Path file : stream) {
                String name = file.getFileName().toString();
                if (name.matches(PART_NAME) && (name.endsWith(".list") || name.endsWith(".sources"))) {
                    files.add(file);
                }
            }
        } catch (IOException e) {
            warning.accept("cannot list " + folder + ": " + e.getMessage() + "; the apt sources in it are left out");
        }
        files.sort(null);
        return files;
    }

    /** ISO 8859-1 round-trips every byte, and nothing we look at is outside of ASCII. */
    private static String read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(16 << 20), StandardCharsets.ISO_8859_1);
        }
    }

    /**
     * How apt reaches its sources (proxies, time limits, certificates, what dates it accepts): the machine's
     * {@code Acquire::} settings and the release it prefers. Hooks and directories are not taken over.
     *
     * @param scratch where a configuration file for asking may be written
     */
    Settings settings(ProcessRunner runner, Path scratch, Cancellation cancellation) throws IOException {
        Path ask = scratch.resolve("ask.conf");
        Files.writeString(ask, "Dir::Etc " + quoted(etcApt.toString()) + ";\n");
        String dump = runner.output(
                Command.of("apt-config", "dump", "--format", "%F \"%v\";%n")
                        .withEnvironment("APT_CONFIG", ask.toString()),
                cancellation);
        List<String> lines = new ArrayList<>();
        String architecture = "amd64";
        for (String line : dump.split("\n")) {
            String value = line.replaceFirst("^\\S* \"(.*)\";$", "$1");
            if (line.startsWith("APT::Architecture ")) {
                architecture = value;
            } else if (line.matches(
                            "(?i)(Acquire::(?!IndexTargets|Languages|PDiffs|Allow|cdrom)|APT::Default-Release).*")
                    && !value.isEmpty()) {
                lines.add(line);
            }
        }
        return new Settings(architecture, lines);
    }

    static String quoted(String value) {
        if (value.contains("\"") || value.contains("\n")) {
            throw new IllegalArgumentException("apt cannot be told of a path with a quote or newline: " + value);
        }
        return "\"" + value + "\"";
    }
}
