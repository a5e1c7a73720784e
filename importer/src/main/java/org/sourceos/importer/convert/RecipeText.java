package org.sourceos.importer.convert;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Recipes of converted packages, as people would write them. */
public final class RecipeText {
    private static final List<String> TERMINALS =
            List.of("xterm", "xterm-256color", "screen", "screen-256color", "linux", "vt100", "dumb");

    /** A program with windows of this size on the disk is a browser or an office: it has many threads and processes. */
    private static final int LARGE_MIB = 150;

    private RecipeText() {}

    /**
     * From the source package, by its own rules.
     *
     * @param sourceVersion Debian's whole version
     * @param buildDepends names of binary packages
     */
    public static String ofSource(Conversion conversion, String sourceVersion, List<String> buildDepends) {
        InstalledPackage of = conversion.of();
        return head(conversion, "Debian's source package " + of.source() + " " + sourceVersion + ", by its own rules")
                + "[package]\n"
                + line("name", quoted(of.name()))
                + line("source", quoted("debian:" + of.source() + "=" + sourceVersion))
                + line("description", quoted(of.description()))
                + "\n[build]\n"
                + line("system", quoted("debian"))
                + line("binaries", list(conversion.binaries()))
                + line("base", quoted(conversion.base()))
                + line("depends", list(depends(Stream.concat(buildDepends.stream(), conversion.others().stream()))))
                + line("timeout", quoted("6h"))
                + (conversion.links().isEmpty() ? "" : "install = '''\n" + links(conversion) + "'''\n")
                + runtime(conversion);
    }

    /**
     * From Debian's own binary packages; what is installed is what the file beside it lists.
     *
     * @param fileList its name
     */
    public static String ofBinary(Conversion conversion, String fileList) {
        InstalledPackage of = conversion.of();
        return head(conversion, "Debian's binary package " + of.name() + " " + of.version() + ", not built here")
                + "[package]\n"
                + line("name", quoted(of.name()))
                + line("version", quoted(upstream(of.version())))
                + line("source", quoted("path:" + fileList))
                + line("description", quoted(of.description() + " (Debian's binary)"))
                + "\n[build]\n"
                + line("base", quoted(conversion.base()))
                + line(
                        "depends",
                        list(depends(Stream.concat(conversion.binaries().stream(), conversion.others().stream()))))
                + line("environment", "{ FROM_BINARY = " + quoted(of.name() + "=" + of.version()) + " }")
                + "install = '''\n"
                + "while IFS= read -r file; do\n"
                + "  test ! -e \"/$file\" -a ! -L \"/$file\" || printf '%s\\n' \"$file\"\n"
                + "done < " + fileList + " > /build/files\n"
                + "tar -C / -cf - --no-recursion -T /build/files | tar -C \"$DESTDIR\" -xf -\n"
                + links(conversion)
                + "'''\n"
                + runtime(conversion);
    }

    private static String links(Conversion conversion) {
        StringBuilder text = new StringBuilder();
        conversion
                .links()
                .forEach((path, program) -> text.append("ln -sfn ")
                        .append(guestPath(program))
                        .append(" \"$DESTDIR")
                        .append(guestPath(path))
                        .append("\"\n"));
        return text.toString();
    }

    /** Relative to {@code /}, one a line. */
    public static String fileList(InstalledSystem system, Conversion conversion) {
        return conversion.binaries().stream()
                .flatMap(name -> system.find(name).stream())
                .flatMap(one -> one.files().stream())
                .filter(file -> system.files()
                        .status(file)
                        .map(facts -> !facts.isFolder())
                        .orElse(false))
                .filter(file -> !file.startsWith("/usr/share/doc/") && !file.startsWith("/usr/share/man/"))
                .map(file -> file.substring(1))
                .distinct()
                .sorted()
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String head(Conversion conversion, String from) {
        StringBuilder text = new StringBuilder("# Made by sourceos-convert of " + from + ". Yours to change.\n");
        conversion
                .fit()
                .reasons()
                .forEach(reason -> text.append("# ").append(reason).append('\n'));
        conversion.desktop().stream()
                .filter(entry -> !entry.mimeTypes().isEmpty())
                .forEach(entry -> text.append("# Opens ")
                        .append(String.join(", ", entry.mimeTypes()))
                        .append('\n'));
        return text.toString();
    }

    private static String runtime(Conversion conversion) {
        ProgramNeeds needs = conversion.needs();
        StringBuilder text = new StringBuilder("\n[runtime]\n");
        text.append(line("command", list(List.of(guestPath(conversion.commands().get(0))))));
        text.append(line("locales", list(List.of("C.UTF-8"))));
        if (needs.network()) {
            text.append(line("kernel_features", list(List.of("NET"))));
            text.append(line("network", quoted("user")));
            text.append(line("certificates", "true"));
        }
        if (needs.terminal()) {
            text.append(line("terminfo", list(TERMINALS)));
        }
        if (!conversion.include().isEmpty()) {
            text.append("include = [\n");
            conversion
                    .include()
                    .forEach(glob -> text.append("  ").append(quoted(glob)).append(",\n"));
            text.append("]\n");
        }
        if (!conversion.unused().isEmpty()) {
            // The closure would bring the interpreter, where something else that was built with has it.
            text.append(line(
                    "exclude",
                    list(conversion.unused().stream().map(RecipeText::guestPath).toList())));
        }
        if (needs.display() || !needs.interpreter().isEmpty()) {
            boolean large = conversion.of().installedKib() >> 10 >= LARGE_MIB;
            text.append(line("memory", quoted(needs.display() ? large ? "2G" : "1G" : "256M")));
            text.append(needs.display() && large ? line("cpus", "2") : "");
        }
        return text.append(line("files", quoted("arguments"))).toString();
    }

    /** Where a program is in a machine, which has one {@code /usr}. */
    static String guestPath(String command) {
        return command.startsWith("/bin/") || command.startsWith("/sbin/") ? "/usr" + command : command;
    }

    private static List<String> depends(Stream<String> names) {
        return names.distinct().sorted().map(name -> "debian:" + name).toList();
    }

    private static String upstream(String version) {
        String withoutEpoch = version.replaceFirst("^[0-9]+:", "");
        int dash = withoutEpoch.lastIndexOf('-');
        return dash > 0 ? withoutEpoch.substring(0, dash) : withoutEpoch;
    }

    private static String line(String key, String value) {
        return key + " = " + value + "\n";
    }

    private static String list(List<String> values) {
        List<String> quoted = new ArrayList<>();
        values.forEach(value -> quoted.add(quoted(value)));
        return "[" + String.join(", ", quoted) + "]";
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars()
                .filter(c -> c >= ' ' && c != 0x7f)
                .forEach(c -> quoted.append(c == '"' || c == '\\' ? "\\" : "").append((char) c));
        return quoted.append('"').toString();
    }
}
