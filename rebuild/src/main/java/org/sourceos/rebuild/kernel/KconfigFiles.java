package org.sourceos.rebuild.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The {@code Kconfig} files of a kernel's source, read only to explain why an option was not taken. */
final class KconfigFiles {
    private static final Set<String> ENTRIES = Set.of(
            "config", "menuconfig", "choice", "endchoice", "menu", "endmenu", "if", "endif", "source", "comment");

    private static final Pattern CONDITIONAL_PROMPT =
            Pattern.compile("(?:bool|tristate|string|int|hex|prompt)\\s+\"[^\"]*\"\\s+if\\s+(.+)");

    private KconfigFiles() {}

    /**
     * Where an option is defined.
     *
     * @param dependsOn its {@code depends on} lines
     * @param promptedIf when it can be chosen at all ({@code bool "text" if CONDITION}); otherwise it has its default
     */
    record Definition(String file, List<String> dependsOn, List<String> promptedIf) {}

    /** The definitions of all these options ({@code CONFIG_} included), in one walk over the source. */
    static Map<String, List<Definition>> find(Path source, Set<String> options, String architecture)
            throws IOException {
        Map<String, List<Definition>> found = new LinkedHashMap<>();
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file :
                    (Iterable<Path>) files.filter(KconfigFiles::isKconfig).sorted()::iterator) {
                String name = source.relativize(file).toString();
                boolean foreign = name.startsWith("arch/") && !name.startsWith("arch/" + architecture + "/");
                if (!foreign) {
                    // Bytes as they are: an old file may be in Latin-1, and only ASCII words matter.
                    read(name, Files.readString(file, StandardCharsets.ISO_8859_1), options, found);
                }
            }
        } catch (java.io.UncheckedIOException e) {
            throw e.getCause();
        }
        return found;
    }

    private static boolean isKconfig(Path file) {
        Path name = file.getFileName();
        return name != null
                && name.toString().startsWith("Kconfig")
                && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    static void read(String file, String text, Set<String> options, Map<String, List<Definition>> found) {
        List<String> depends = new ArrayList<>();
        List<String> prompted = new ArrayList<>();
        boolean wanted = false;
        for (String line : text.replace("\\\n", " ").split("\n")) {
            String[] words = line.strip().split("\\s+", 3);
            // Prose of a help text may begin with any word, but an entry begins at the margin.
            if (!line.isEmpty() && !Character.isWhitespace(line.charAt(0)) && ENTRIES.contains(words[0])) {
                String option = words.length > 1 ? "CONFIG_" + words[1] : "";
                wanted = words[0].endsWith("config") && options.contains(option);
                if (wanted) {
                    depends = new ArrayList<>();
                    prompted = new ArrayList<>();
                    found.computeIfAbsent(option, o -> new ArrayList<>()).add(new Definition(file, depends, prompted));
                }
            } else if (words[0].equals("help") || words[0].equals("---help---")) {
                wanted = false;
            } else if (wanted && words[0].equals("depends") && words.length == 3) {
                depends.add(words[2].strip());
            } else if (wanted) {
                Matcher prompt = CONDITIONAL_PROMPT.matcher(line.strip());
                if (prompt.matches()) {
                    prompted.add(prompt.group(1).strip());
                }
            }
        }
    }
}
