package org.sourceos.config.nix;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failure taken apart, for who writes it in a form of their own.
 *
 * @param message what Nix says after its last {@code error:}; may have several lines
 * @param place where it went wrong, unless that is the place of the innermost step
 * @param steps what was being evaluated, innermost first
 * @param suggestion what was probably meant; a sentence without a full stop
 */
public record ErrorReport(String message, Optional<Place> place, List<Step> steps, Optional<String> suggestion) {
    /** What was being done, and where. */
    public record Step(String text, Kind kind, Optional<Place> place) {}

    /** Which steps belong together, and which a reader can do without. */
    public enum Kind {
        /** The place a function was called from; the step before it in the list is the function. */
        CALL_SITE,
        /** The function that was called. */
        FUNCTION,
        /** A text of {@code addErrorContext}. */
        CONTEXT,
        OTHER
    }

    /**
     * A place in a text with the lines around it.
     *
     * @param file the name of the text
     * @param line from 1
     * @param column from 1, in bytes as Nix counts
     */
    public record Place(
            String file, int line, int column, Optional<String> before, String text, Optional<String> after) {
        static Place of(Source source, int offset) {
            int line = source.line(offset);
            return new Place(
                    Bytes.toUnicode(source.name),
                    line,
                    source.column(offset),
                    line > 1 ? Optional.of(source.lineText(line - 1)) : Optional.empty(),
                    source.lineText(line),
                    line < source.lineCount() ? Optional.of(source.lineText(line + 1)) : Optional.empty());
        }
    }

    public ErrorReport {
        steps = List.copyOf(steps);
    }

    static ErrorReport of(EvalError error) {
        List<Step> steps = new ArrayList<>();
        List<EvalError.Frame> frames = error.frames();
        for (int i = 0; i < frames.size(); i++) {
            EvalError.Frame frame = frames.get(i);
            LambdaExpr called = frame.called();
            if (called == null) {
                steps.add(
                        frame.isContext()
                                ? new Step(Bytes.toUnicode(frame.text()), Kind.CONTEXT, Optional.empty())
                                : new Step(
                                        Bytes.toUnicode(frame.text()),
                                        Kind.OTHER,
                                        place(frame.source(), frame.offset())));
            } else {
                String name = called.name() == null ? "anonymous lambda" : "'" + called.displayName() + "'";
                steps.add(new Step(
                        "while calling " + Bytes.toUnicode(name), Kind.FUNCTION, place(called.source, called.offset)));
                boolean byBuiltin = i + 1 < frames.size() && frames.get(i + 1).isBuiltinAt(frame);
                if (frame.source() != Builtin.NOWHERE && !byBuiltin) {
                    steps.add(new Step("from call site", Kind.CALL_SITE, place(frame.source(), frame.offset())));
                }
            }
        }
        return new ErrorReport(Bytes.toUnicode(error.text()), ownPlace(error), steps, error.suggestion());
    }

    private static Optional<Place> ownPlace(EvalError error) {
        Pos own = error.position();
        if (own == null) {
            return Optional.empty();
        }
        if (!error.frames().isEmpty()) {
            EvalError.Frame innermost = error.frames().get(0);
            boolean told = innermost.called() == null
                    && innermost.source() == own.source()
                    && innermost.offset() == own.offset();
            if (told) {
                return Optional.empty();
            }
        }
        return place(own.source(), own.offset());
    }

    private static Optional<Place> place(@Nullable Source source, int offset) {
        return source == null || source == Builtin.NOWHERE ? Optional.empty() : Optional.of(Place.of(source, offset));
    }
}
