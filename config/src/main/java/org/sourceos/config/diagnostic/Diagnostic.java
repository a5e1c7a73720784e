package org.sourceos.config.diagnostic;

import java.util.Optional;

/**
 * One mistake in a text somebody wrote.
 *
 * @param message what is wrong and why, without the place
 * @param sourceLine the text of the line at {@link #position}
 * @param suggestion what to write instead, or what to do; a sentence without a full stop
 */
public record Diagnostic(Position position, String message, String sourceLine, Optional<String> suggestion) {
    /** As it is shown: place and message, the line, a caret under the column, the suggestion. Ends without a newline. */
    public String render() {
        StringBuilder text = new StringBuilder();
        text.append(position).append(": ").append(message).append('\n');
        String number = Integer.toString(position.line());
        text.append("  ").append(number).append(" | ").append(sourceLine).append('\n');
        text.append("  ").append(" ".repeat(number.length())).append(" | ");
        sourceLine.codePoints().limit(position.column() - 1L).forEach(c -> text.append(c == '\t' ? '\t' : ' '));
        text.append('^');
        suggestion.ifPresent(s -> text.append("\n  ").append(s));
        return text.toString();
    }
}
