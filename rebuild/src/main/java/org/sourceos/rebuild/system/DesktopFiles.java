package org.sourceos.rebuild.system;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.gitstore.generation.DesktopEntry;
import org.sourceos.gitstore.generation.GenerationManifest.Program;

/**
 * The files by which menus show programs (Desktop Entry Specification 1.5) and by which desktops know what opens a type of files
 * ({@code mimeinfo.cache}, as update-desktop-database(1) makes it).
 */
final class DesktopFiles {
    static final String CACHE = "mimeinfo.cache";

    private DesktopFiles() {}

    /** What the file of a program is called. */
    static String name(Program program) {
        return "sourceos-" + program.name() + ".desktop";
    }

    static ProfileFile of(Program program, DesktopEntry entry, Path sourceos) {
        StringBuilder head = new StringBuilder("[Desktop Entry]\n");
        head.append("# Made by sourceos-rebuild; belongs to a generation.\n");
        head.append("Type=Application\nVersion=1.0\nName=")
                .append(value(entry.name()))
                .append('\n');
        entry.comment()
                .ifPresent(text -> head.append("Comment=").append(value(text)).append('\n'));
        entry.icon().ifPresent(icon -> head.append("Icon=").append(value(icon)).append('\n'));
        head.append("Exec=");
        StringBuilder tail = new StringBuilder(" run ").append(value(argument(program.name())));
        tail.append(entry.mime().isEmpty() ? "\n" : " %f\n");
        tail.append("Terminal=").append(entry.terminal()).append('\n');
        list(tail, "Categories", entry.categories());
        list(tail, "MimeType", entry.mime());
        return new ProfileFile(head.toString(), value(argument(sourceos.toString())), tail.toString(), false);
    }

    /** @param programs those of one folder that menus show */
    static ProfileFile cache(List<Program> programs) {
        SortedMap<String, List<String>> handlers = new TreeMap<>();
        for (Program program : programs) {
            for (String type : program.desktop().map(DesktopEntry::mime).orElse(List.of())) {
                handlers.computeIfAbsent(type, t -> new ArrayList<>()).add(name(program));
            }
        }
        StringBuilder text = new StringBuilder("[MIME Cache]\n");
        for (Map.Entry<String, List<String>> handler : handlers.entrySet()) {
            list(text, handler.getKey(), handler.getValue());
        }
        return new ProfileFile(text.toString(), "", "", false);
    }

    private static void list(StringBuilder text, String key, List<String> values) {
        if (!values.isEmpty()) {
            text.append(key).append('=');
            values.forEach(
                    value -> text.append(value(value).replace(";", "\\;")).append(';'));
            text.append('\n');
        }
    }

    /** "Possible value types": escapes of strings. */
    private static String value(String text) {
        String escaped = text.replace("\\", "\\\\")
                .replace("\n", "\\n")
                .replace("\t", "\\t")
                .replace("\r", "\\r");
        return escaped.startsWith(" ") ? "\\s" + escaped.substring(1) : escaped;
    }

    /** "The Exec key": an argument, quoted where it has to be. */
    private static String argument(String text) {
        String literal = text.replace("%", "%%");
        return literal.matches("[A-Za-z0-9/._+:,@%=-]+")
                ? literal
                : '"' + literal.replaceAll("([\"`$\\\\])", "\\\\$1") + '"';
    }
}
