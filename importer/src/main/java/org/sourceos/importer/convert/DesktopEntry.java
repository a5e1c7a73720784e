package org.sourceos.importer.convert;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A desktop entry of a package (Desktop Entry Specification 1.5).
 *
 * @param mimeTypes what it opens
 * @param replacement the text that has to stand there instead; empty where the entry calls a command that is handed over
 *     and so follows by itself, and with it every type that it is the handler of
 */
public record DesktopEntry(String path, List<String> mimeTypes, Optional<String> replacement) {
    private static final Pattern EXEC = Pattern.compile("(?m)^(Exec|TryExec)[ \t]*=[ \t]*(\"[^\"\n]*\"|[^ \t\n]+)");
    private static final Pattern TYPES = Pattern.compile("(?m)^MimeType[ \t]*=(.*)$");
    private static final Pattern ACTIVATED = Pattern.compile("(?m)^DBusActivatable[ \t]*=[ \t]*true[ \t]*$");

    public DesktopEntry {
        mimeTypes = List.copyOf(mimeTypes);
    }

    /**
     * @param commands that are handed over, absolute
     * @param own all files of the package
     */
    static DesktopEntry of(String path, String text, List<String> commands, List<String> own) {
        Matcher exec = EXEC.matcher(text);
        StringBuilder changed = new StringBuilder();
        while (exec.find()) {
            String program = exec.group(2).replace("\"", "");
            boolean elsewhere = program.startsWith("/") && !commands.contains(program) && own.contains(program);
            exec.appendReplacement(
                    changed,
                    Matcher.quoteReplacement(elsewhere ? exec.group(1) + "=" + commands.get(0) : exec.group()));
        }
        exec.appendTail(changed);
        // The bus would start the program itself, not the command.
        String whole = ACTIVATED.matcher(changed).replaceAll("DBusActivatable=false");
        List<String> types = TYPES.matcher(text)
                .results()
                .flatMap(found -> Pattern.compile(";").splitAsStream(found.group(1)))
                .map(String::strip)
                .filter(type -> !type.isEmpty())
                .distinct()
                .toList();
        return new DesktopEntry(
                path, List.copyOf(new TreeSet<>(types)), whole.equals(text) ? Optional.empty() : Optional.of(whole));
    }
}
