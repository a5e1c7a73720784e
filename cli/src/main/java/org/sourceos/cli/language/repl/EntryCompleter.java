package org.sourceos.cli.language.repl;

import java.util.List;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** Offers completions to the line editor, which shows the last part of each only. */
final class EntryCompleter implements Completer {
    private final Completions completions;

    EntryCompleter(Completions completions) {
        this.completions = completions;
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        String before = line.word();
        Completions.Completed completed = completions.of(before);
        String start = before.substring(0, before.length() - completed.word().length());
        for (String candidate : completed.candidates()) {
            // Never a space after it: most go on with a dot or a slash, or end the entry.
            candidates.add(new Candidate(start + candidate, shown(candidate), null, null, null, null, false));
        }
    }

    private static String shown(String candidate) {
        String whole = candidate.endsWith("/") ? candidate.substring(0, candidate.length() - 1) : candidate;
        int start = Math.max(whole.lastIndexOf('.'), whole.lastIndexOf('/')) + 1;
        return candidate.substring(start);
    }
}
