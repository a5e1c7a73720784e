package org.sourceos.config.nix;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An evaluation that cannot go on, on its way up. {@link EvalException} is what the caller sees. */
final class EvalError extends RuntimeException {
    private static final long serialVersionUID = 1;
    /** Enough for any reader; a recursion of 200,000 calls would otherwise keep them all. */
    private static final int MOST_FRAMES = 1000;

    enum Kind {
        THROWN,
        ASSERTION,
        ABORTED,
        TYPE,
        UNDEFINED,
        MISSING,
        RECURSION,
        LIMIT,
        CANCELLED,
        SYNTAX,
        FILE,
        UNSUPPORTED,
        OTHER
    }

    /**
     * One step of the way up.
     *
     * @param called the function whose call this is; otherwise null
     * @param isContext whether the text is the user's, of {@code addErrorContext}
     */
    record Frame(
            String text,
            Source source,
            int offset,
            @Nullable LambdaExpr called,
            boolean isContext) {
        /** Whether it is the call of a builtin which, in turn, made the call {@code inner}. */
        boolean isBuiltinAt(Frame inner) {
            return called == null && !isContext && source == inner.source && offset == inner.offset;
        }
    }

    final Kind kind;
    /** One byte per char. */
    private final String text;

    private @Nullable Pos position;
    private Optional<String> suggestion = Optional.empty();
    private boolean withheld;
    private final transient List<Frame> frames = new ArrayList<>();
    private transient @Nullable Thunk cycleEnd;
    private final transient List<Pos> cycle = new ArrayList<>();

    EvalError(Kind kind, String text) {
        super(text, null, false, false);
        this.kind = kind;
        this.text = text;
    }

    /** Notes where, unless a place is known already or the expression is in no text. */
    EvalError at(Expr expr) {
        return position != null || expr.source == Builtin.NOWHERE ? this : at(new Pos(expr.source, expr.offset));
    }

    EvalError at(@Nullable Pos place) {
        if (position == null) {
            position = place;
        }
        return this;
    }

    /** The line it is on is shown up to its column only: what follows is nothing to be printed. */
    EvalError withhold() {
        withheld = true;
        return this;
    }

    boolean isWithheld() {
        return withheld;
    }

    EvalError suggest(Optional<String> text) {
        suggestion = text;
        return this;
    }

    EvalError cyclingThrough(Thunk thunk) {
        cycleEnd = thunk;
        return this;
    }

    /** While the error leaves a thunk: notes where the cycle goes along, until it is closed. */
    void passedThunk(Thunk thunk, Expr expr) {
        if (cycleEnd != null) {
            if (cycle.size() < MOST_FRAMES && expr.source.text.length() > 0) {
                cycle.add(new Pos(expr.source, expr.offset));
            }
            if (cycleEnd == thunk) {
                cycleEnd = null;
            }
        }
    }

    void addFrame(String frameText, Expr expr) {
        if (frames.size() < MOST_FRAMES) {
            frames.add(new Frame(frameText, expr.source, expr.offset, null, false));
        }
    }

    /** The error leaves a function that was called at {@code site}. */
    void addCall(LambdaExpr called, Expr site) {
        if (frames.size() < MOST_FRAMES) {
            String text = called.name() == null
                    ? "while calling an anonymous function"
                    : "while calling '" + called.displayName() + "'";
            frames.add(new Frame(text, site.source, site.offset, called, false));
        }
    }

    /** The error leaves what the user has given a context. */
    void addContext(String text, Expr site) {
        if (frames.size() < MOST_FRAMES) {
            frames.add(new Frame(text, site.source, site.offset, null, true));
        }
    }

    void addFrame(String frameText, @Nullable Pos place) {
        if (frames.size() < MOST_FRAMES) {
            frames.add(
                    place == null
                            ? new Frame(frameText, Builtin.NOWHERE, 0, null, false)
                            : new Frame(frameText, place.source(), place.offset(), null, false));
        }
    }

    /** Whether {@code builtins.tryEval} turns it into a value. */
    boolean isCatchable() {
        return kind == Kind.THROWN || kind == Kind.ASSERTION;
    }

    String text() {
        return text;
    }

    @Nullable Pos position() {
        return position;
    }

    Optional<String> suggestion() {
        return suggestion;
    }

    List<Frame> frames() {
        return frames;
    }

    /** Of an infinite recursion: the places it goes round through, innermost first. */
    List<Pos> cycle() {
        return cycle;
    }
}
