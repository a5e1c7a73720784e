package org.sourceos.rebuild.image;

import java.util.regex.Pattern;
import org.sourceos.gitstore.tree.TreePath;

/**
 * A pattern of paths from the root: {@code *} and {@code ?} stay within a name, {@code **} crosses folders,
 * {@code [abc]} is one of these. A folder that matches stands for all that is in it.
 */
final class Glob {
    private final Pattern pattern;

    private Glob(Pattern pattern) {
        this.pattern = pattern;
    }

    static Glob of(String text) {
        StringBuilder regex = new StringBuilder("/?");
        String glob = text.startsWith("/") ? text.substring(1) : text;
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            int close = c == '[' ? glob.indexOf(']', i + 2) : -1;
            if (glob.startsWith("**/", i)) {
                regex.append("(?:.*/)?");
                i += 2;
            } else if (glob.startsWith("**", i)) {
                regex.append(".*");
                i++;
            } else if (c == '*') {
                regex.append("[^/]*");
            } else if (c == '?') {
                regex.append("[^/]");
            } else if (close > 0) {
                appendSet(regex, glob.substring(i + 1, close));
                i = close;
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return new Glob(Pattern.compile(regex.append("(?:/.*)?").toString(), Pattern.DOTALL));
    }

    private static void appendSet(StringBuilder regex, String set) {
        boolean negated = set.startsWith("!") || set.startsWith("^");
        regex.append(negated ? "[^/" : "[");
        set.substring(negated ? 1 : 0).chars().forEach(c -> {
            if (c == '-') {
                regex.append('-');
            } else {
                regex.append(String.format("\\x{%x}", c));
            }
        });
        regex.append(']');
    }

    boolean matches(TreePath path) {
        return pattern.matcher(path.toString()).matches();
    }
}
