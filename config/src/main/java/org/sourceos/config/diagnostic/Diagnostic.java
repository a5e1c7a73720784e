package org.sourceos.config.diagnostic;

import java.util.Arrays;
import java.util.Optional;

/**
 * One mistake in a text somebody wrote.
 *
 * @param message what is wrong and why, without the place; one line
 * @param sourceLine the text of the line at {@link #position}
 * @param suggestion what to write instead, or what to do; a sentence without a full stop
 */
public record Diagnostic(Position position, String message, String sourceLine, Optional<String> suggestion) {
    /** Longer lines are shown from half of this before the caret. */
    private static final int WIDEST = 160;

    /** As it is shown: place and message, the line, a caret under the column, the suggestion. Ends without a newline. */
    public String render() {
        StringBuilder text = new StringBuilder();
        text.append(printable(position.toString())).append(": ");
        text.append(printable(message)).append('\n');
        String number = Integer.toString(position.line());
        int[] line = printable(sourceLine).codePoints().toArray();
        int caret = Math.min(position.column() - 1, line.length);
        int from = line.length <= WIDEST ? 0 : Math.max(0, Math.min(caret - WIDEST / 2, line.length - WIDEST));
        int to = Math.min(line.length, from + WIDEST);
        text.append("  ").append(number).append(" | ").append(from > 0 ? "…" : "");
        text.append(new String(line, from, to - from))
                .append(to < line.length ? "…" : "")
                .append('\n');
        text.append("  ").append(" ".repeat(number.length())).append(" | ").append(from > 0 ? " " : "");
        Arrays.stream(line, from, caret).forEach(c -> text.append(c == '\t' ? '\t' : ' '));
        text.append('^');
        suggestion.ifPresent(s -> text.append("\n  ").append(printable(s)));
        return text.toString();
    }

    /**
     * A text of a stranger's must not speak to the terminal: neither from its lines nor from its file's name or what a
     * message takes from it. One code point for one, so that columns stay true.
     */
    private static String printable(String foreign) {
        StringBuilder text = new StringBuilder(foreign.length());
        foreign.codePoints().forEach(c -> text.appendCodePoint(c != '\t' && Quoted.isInvisible(c) ? '\uFFFD' : c));
        return text.toString();
    }
}
