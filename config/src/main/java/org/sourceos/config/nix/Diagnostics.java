package org.sourceos.config.nix;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sourceos.config.diagnostic.Diagnostic;
import org.sourceos.config.diagnostic.Position;

/** An internal error as its reader sees it. */
final class Diagnostics {
    /** More places of a cycle than this tell nobody more. */
    private static final int CYCLE_SHOWN = 8;

    private Diagnostics() {}

    static List<Diagnostic> of(EvalError error) {
        Pos place = place(error);
        if (place == null) {
            return List.of();
        }
        Source source = place.source();
        String message = Bytes.toUnicode(error.text());
        String line = source.lineText(source.line(place.offset()));
        Position position = source.position(place.offset());
        if (error.isWithheld()) {
            line = line.substring(0, line.offsetByCodePoints(0, position.column() - 1)) + "…";
        }
        return List.of(new Diagnostic(position, message, line, suggestion(error)));
    }

    private static Optional<String> suggestion(EvalError error) {
        Set<String> places = new LinkedHashSet<>();
        for (Pos pos : error.cycle()) {
            if (pos.source().isUsers) {
                places.add(pos.source().position(pos.offset()).toString());
            }
        }
        if (places.isEmpty()) {
            return error.suggestion();
        }
        if (places.size() == 1) {
            return Optional.of("the value at " + places.iterator().next() + " needs itself");
        }
        List<String> shown = new ArrayList<>(places).subList(0, Math.min(places.size(), CYCLE_SHOWN));
        String more = places.size() > CYCLE_SHOWN ? " → …" : "";
        return Optional.of("each needs the one before it: " + String.join(" → ", shown) + more + " → " + shown.get(0));
    }

    /** Where it went wrong, or else the innermost place on the way there that the user wrote. */
    private static @Nullable Pos place(EvalError error) {
        Pos own = error.position();
        if (own != null && own.source().isUsers) {
            return own;
        }
        for (EvalError.Frame frame : error.frames()) {
            if (frame.source().isUsers) {
                return new Pos(frame.source(), frame.offset());
            }
        }
        return own != null && own.source() != Builtin.NOWHERE ? own : null;
    }

    static List<String> trace(EvalError error) {
        List<String> lines = new ArrayList<>();
        for (EvalError.Frame frame : error.frames()) {
            String text = Bytes.toUnicode(frame.text());
            lines.add(
                    frame.source() == Builtin.NOWHERE
                            ? text
                            : text + " at " + frame.source().position(frame.offset()));
        }
        return lines;
    }
}
