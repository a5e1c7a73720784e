package org.sourceos.cli.language.instantiate;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.sourceos.config.nix.ErrorReport;
import org.sourceos.config.nix.ErrorReport.Kind;
import org.sourceos.config.nix.ErrorReport.Place;
import org.sourceos.config.nix.ErrorReport.Step;

/** What {@code nix-instantiate} writes to standard error. */
final class NixMessages {
    private static final String WARNING = "evaluation warning: ";
    private static final String INDENT = "       ";
    /** Without {@code --show-trace}, so many steps and places are enough. */
    private static final int SHOWN = 3;
    /** So many equal steps are shown rather than counted. */
    private static final int REPEATED = 5;

    private final StringBuilder out = new StringBuilder();
    private int shown;

    private NixMessages() {}

    /** A failure, outermost step first, without a newline at its end. */
    static String error(ErrorReport report, boolean showTrace) {
        NixMessages messages = new NixMessages();
        messages.steps(report.steps(), showTrace);
        messages.out
                .append(messages.out.isEmpty() ? "" : "\n")
                .append("error: ")
                .append(report.message())
                .append('\n');
        report.place().ifPresent(place -> messages.place("", place));
        report.suggestion()
                .ifPresent(text -> messages.out.append(asSentence(text)).append('\n'));
        return TerminalText.expanded(indented("", messages.out.toString()));
    }

    /** A message that has no place. */
    static String error(String message) {
        return indented("", "error: " + message);
    }

    /** What {@code builtins.trace} or a warning says. */
    static String said(String line) {
        boolean warning = line.startsWith(WARNING);
        return TerminalText.expanded(
                warning ? indented(WARNING, line.substring(WARNING.length()), " ".repeat(WARNING.length())) : line);
    }

    private void steps(List<Step> innermostFirst, boolean showTrace) {
        Set<Step> seen = new HashSet<>();
        List<Step> repeated = new ArrayList<>();
        boolean truncated = false;
        for (int i = innermostFirst.size() - 1; i >= 0; i--) {
            Step step = innermostFirst.get(i);
            boolean call = step.kind() == Kind.FUNCTION || step.kind() == Kind.CALL_SITE;
            if (call && !showTrace) {
                continue;
            }
            truncated |= !showTrace && shown > SHOWN;
            if (truncated && step.kind() != Kind.CONTEXT) {
                continue;
            }
            if (!seen.add(step)) {
                repeated.add(step);
                continue;
            }
            repeated(repeated);
            step(step);
        }
        repeated(repeated);
        if (truncated) {
            begin();
            out.append("(stack trace truncated; use '--show-trace' to show the full, detailed trace)\n");
        }
    }

    /** A few are shown after all; how many there are of a recursion says more than all of them. */
    private void repeated(List<Step> steps) {
        if (steps.size() > REPEATED) {
            begin();
            out.append('(').append(steps.size()).append(" duplicate frames omitted)\n");
        } else {
            steps.forEach(this::step);
        }
        steps.clear();
    }

    private void begin() {
        out.append(out.isEmpty() ? "error:\n" : "\n");
    }

    private void step(Step step) {
        begin();
        out.append("… ").append(step.text()).append('\n');
        shown++;
        step.place().ifPresent(place -> {
            place("  ", place);
            shown++;
        });
    }

    private void place(String indent, Place place) {
        out.append(indent).append("at ").append(place.file()).append(':').append(place.line());
        out.append(':').append(place.column()).append(":\n");
        place.before().ifPresent(text -> line(place.line() - 1, text));
        line(place.line(), place.text());
        out.append("      |").append(" ".repeat(place.column())).append("^\n");
        place.after().ifPresent(text -> line(place.line() + 1, text));
    }

    private void line(int number, String text) {
        out.append(String.format(" %5d| ", number)).append(text).append('\n');
    }

    /** All lines but the first moved to the right, none with spaces at its end. */
    private static String indented(String start, String text) {
        return indented(start, text, INDENT);
    }

    private static String indented(String start, String text, String indent) {
        StringBuilder indented = new StringBuilder(start);
        String separator = "";
        for (String line : text.stripTrailing().split("\n", -1)) {
            indented.append(separator).append(line.isBlank() || separator.isEmpty() ? "" : indent);
            indented.append(line.stripTrailing());
            separator = "\n";
        }
        return indented.toString();
    }

    private static String asSentence(String suggestion) {
        return Optional.of(suggestion)
                .filter(text -> text.startsWith("did you mean \""))
                .map(text -> "Did you mean " + text.substring(14).replace("\"", ""))
                .orElseGet(() -> suggestion.substring(0, 1).toUpperCase(Locale.ROOT) + suggestion.substring(1));
    }
}
