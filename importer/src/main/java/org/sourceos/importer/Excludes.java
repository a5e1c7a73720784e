package org.sourceos.importer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What the user does not want: globs of paths ({@code *} within a folder, {@code **} across, everything below what matches
 * included) and, without a slash, of names.
 */
final class Excludes implements Predicate<String> {
    private final List<Pattern> patterns = new ArrayList<>();

    Excludes(List<String> globs) {
        for (String glob : globs) {
            StringBuilder regex = new StringBuilder(glob.startsWith("/") || !glob.contains("/") ? "" : ".*/");
            for (int i = 0; i < glob.length(); i++) {
                char c = glob.charAt(i);
                if (c == '*' && glob.startsWith("**", i)) {
                    regex.append(".*");
                    i++;
                } else if (c == '*') {
                    regex.append("[^/]*");
                } else if (c == '?') {
                    regex.append("[^/]");
                } else {
                    regex.append(Pattern.quote(String.valueOf(c)));
                }
            }
            patterns.add(Pattern.compile(regex + "(?:/.*)?", Pattern.DOTALL));
        }
    }

    @Override
    public boolean test(String pathOrName) {
        return patterns.stream().anyMatch(pattern -> pattern.matcher(pathOrName).matches());
    }
}
