package org.sourceos.config.nix;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** When things are evaluated, and what happens when that fails. */
final class ControlBuiltins {
    private ControlBuiltins() {}

    static void define(Globals to) {
        to.function("abort", 1, (in, a, site) -> {
            throw new EvalError(
                    EvalError.Kind.ABORTED,
                    "evaluation aborted with the following error message: '" + Args.coerced(in, a[0]).bytes + "'");
        });
        to.function("throw", 1, (in, a, site) -> {
            throw new EvalError(EvalError.Kind.THROWN, Args.coerced(in, a[0]).bytes);
        });
        to.function("tryEval", 1, ControlBuiltins::tryEval);
        to.function("addErrorContext", 2, (in, a, site) -> {
            try {
                return a[1].force(in);
            } catch (EvalError e) {
                e.addContext(in.coerceToString(a[0].force(in), false, false).bytes, site);
                throw e;
            }
        });
        to.function("seq", 2, (in, a, site) -> {
            a[0].force(in);
            return a[1].force(in);
        });
        to.function("deepSeq", 2, (in, a, site) -> {
            forceDeeply(in, a[0]);
            return a[1].force(in);
        });
        to.function("trace", 2, (in, a, site) -> {
            in.settings.trace().accept("trace: " + said(in, a[0].force(in)));
            return a[1].force(in);
        });
        to.function("traceVerbose", 2, (in, a, site) -> {
            if (in.settings.habits().traceVerbose()) {
                in.settings.trace().accept("trace: " + said(in, a[0].force(in)));
            }
            return a[1].force(in);
        });
        to.function("warn", 2, (in, a, site) -> {
            NixString message = Args.string(in, a[0]);
            in.settings.trace().accept("evaluation warning: " + message.text());
            if (in.settings.habits().abortOnWarn()) {
                throw new EvalError(
                        EvalError.Kind.OTHER, "aborting to reveal stack trace of warning, as abort-on-warn is set");
            }
            return a[1].force(in);
        });
        to.function("break", 1, (in, a, site) -> a[0].force(in));
    }

    private static String said(Interp in, NixValue value) {
        return value instanceof NixString string
                ? string.text()
                : Bytes.toUnicode(Printer.print(in, value, PrintStyle.DESCRIPTIVE, false));
    }

    private static NixValue tryEval(Interp in, NixValue[] a, Expr site) {
        int depth = in.depth();
        AttrsBuilder result = new AttrsBuilder(2);
        try {
            a[0].force(in);
            result.put(in.symbols.success, NixBool.TRUE).put(in.symbols.value, a[0]);
        } catch (EvalError e) {
            if (!e.isCatchable()) {
                throw e;
            }
            in.depth(depth);
            result.put(in.symbols.success, NixBool.FALSE).put(in.symbols.value, NixBool.FALSE);
        }
        return result.build();
    }

    /** Evaluates a value and everything in it. */
    static void forceDeeply(Interp in, NixValue value) {
        forceDeeply(in, value, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    private static void forceDeeply(Interp in, NixValue raw, Set<NixValue> seen) {
        in.step();
        NixValue value = raw.force(in);
        if (value instanceof NixList list && list.size() > 0 && seen.add(list)) {
            in.enter(null);
            for (int i = 0; i < list.size(); i++) {
                forceDeeply(in, list.get(i), seen);
            }
            in.leave();
        } else if (value instanceof NixAttrs attrs && attrs.size() > 0 && seen.add(attrs)) {
            in.enter(null);
            for (int i = 0; i < attrs.size(); i++) {
                try {
                    forceDeeply(in, attrs.values[i], seen);
                } catch (EvalError e) {
                    Pos position = attrs.shape.positions[i];
                    e.at(position);
                    e.addFrame("while evaluating the attribute '" + attrs.shape.keys[i] + "'", position);
                    throw e;
                }
            }
            in.leave();
        }
    }
}
