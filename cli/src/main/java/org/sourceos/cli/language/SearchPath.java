package org.sourceos.cli.language;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sourceos.config.nix.EvalSettings.SearchPathEntry;

/** What {@code <name>} is looked up in, as {@code -I} and {@code NIX_PATH} write it. */
public final class SearchPath {
    private static final Set<String> SCHEMES = Set.of("http", "https", "file", "channel", "git", "s3", "ssh");

    private SearchPath() {}

    /** {@code name=path}, or a path alone. */
    public static SearchPathEntry entry(String text) {
        int equals = text.indexOf('=');
        return new SearchPathEntry(equals < 0 ? "" : text.substring(0, equals), text.substring(equals + 1));
    }

    /** The entries of {@code NIX_PATH}; where it is not set, those of the channels that there are, as Nix has it. */
    public static List<SearchPathEntry> ofEnvironment(Map<String, String> environment) {
        String nixPath = environment.get("NIX_PATH");
        if (nixPath != null) {
            return split(nixPath).stream().map(SearchPath::entry).toList();
        }
        List<SearchPathEntry> entries = new ArrayList<>();
        String home = environment.get("HOME");
        if (home != null) {
            add(entries, "", Path.of(home, ".nix-defexpr", "channels"));
        }
        Path channels = Path.of("/nix/var/nix/profiles/per-user/root/channels");
        add(entries, "nixpkgs", channels.resolve("nixpkgs"));
        add(entries, "", channels);
        return entries;
    }

    private static void add(List<SearchPathEntry> entries, String prefix, Path folder) {
        if (Files.exists(folder)) {
            entries.add(new SearchPathEntry(prefix, folder.toString()));
        }
    }

    /** At the colons, but for the one in a URL. */
    private static List<String> split(String text) {
        List<String> entries = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int end = colon(text, start);
            String value =
                    text.substring(text.lastIndexOf('=', end - 1) < start ? start : text.lastIndexOf('=', end - 1) + 1);
            if (end < text.length() && isUrl(value)) {
                end = colon(text, end + 1);
            }
            entries.add(text.substring(start, end));
            start = end + 1;
        }
        entries.removeIf(String::isEmpty);
        return entries;
    }

    private static int colon(String text, int from) {
        int colon = text.indexOf(':', from);
        return colon < 0 ? text.length() : colon;
    }

    /** Whether Nix would fetch it, which nothing here does. */
    public static boolean isUrl(String text) {
        int scheme = text.indexOf("://");
        return text.startsWith("channel:")
                || text.startsWith("flake:")
                || (scheme > 0 && SCHEMES.contains(text.substring(0, scheme)));
    }
}
