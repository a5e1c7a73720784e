package org.sourceos.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Help whose paragraphs fill the lines. In the source each is several strings, as long as lines of source are, which would be
 * broken once more at each end. Lines that begin with a space are examples; what one does stays beside it, or comes below.
 */
final class FilledHelp extends Help {
    private static final Pattern EXAMPLE = Pattern.compile("( +\\S.*?) {2,}(\\S.*)");

    /** Further right, what an example does would be a column of single words. */
    private static final int RIGHTMOST = 44;

    private static final int BELOW = 8;

    FilledHelp(CommandSpec spec, ColorScheme colours) {
        super(spec, colours);
    }

    @Override
    public String description(Object... parameters) {
        return text(commandSpec().usageMessage().description(), parameters);
    }

    @Override
    public String footer(Object... parameters) {
        return text(commandSpec().usageMessage().footer(), parameters);
    }

    private String text(String[] lines, Object... parameters) {
        int width = commandSpec().usageMessage().width();
        String[] filled = filled(List.of(lines), width).toArray(String[]::new);
        return join(colorScheme().ansi(), width, true, filled, new StringBuilder(), parameters)
                .toString();
    }

    /** Paragraphs as one line each, and examples as lines shorter than {@code width}, where they can be broken. */
    static List<String> filled(List<String> lines, int width) {
        List<String> filled = new ArrayList<>();
        boolean inParagraph = false;
        for (String line : lines) {
            boolean text = !line.isBlank() && !line.startsWith(" ");
            if (text && inParagraph) {
                filled.add(filled.remove(filled.size() - 1) + " " + line);
            } else if (line.length() < width || text) {
                filled.add(line);
            } else {
                example(line, width, filled);
            }
            inParagraph = text;
        }
        return filled;
    }

    private static void example(String line, int width, List<String> filled) {
        Matcher parts = EXAMPLE.matcher(line);
        if (!parts.matches()) {
            filled.add(line);
            return;
        }
        boolean beside = parts.start(2) <= RIGHTMOST;
        int column = beside ? parts.start(2) : BELOW;
        StringBuilder now = new StringBuilder(parts.group(1));
        if (!beside) {
            filled.add(now.toString());
            now.setLength(0);
        }
        pad(now, column);
        for (String word : parts.group(2).split(" ")) {
            if (now.length() > column && now.length() + 1 + word.length() >= width) {
                filled.add(now.toString());
                now.setLength(0);
                pad(now, column);
            }
            now.append(now.length() > column ? " " : "").append(word);
        }
        filled.add(now.toString());
    }

    private static void pad(StringBuilder line, int column) {
        line.append(" ".repeat(Math.max(0, column - line.length())));
    }
}
