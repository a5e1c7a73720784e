package org.sourceos.config.nix;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Paths as {@code -A} has them: {@code a."b.c".0}. */
final class AttrPaths {
    private AttrPaths() {}

    static NixValue select(Interp in, NixValue value, NixAttrs arguments, String path) {
        NixValue at = value.force(in);
        for (String part : split(path)) {
            at = autoCall(in, at, arguments);
            if (at instanceof NixList list && part.matches("[0-9]{1,9}")) {
                int index = Integer.parseInt(part);
                if (index >= list.size()) {
                    throw new EvalError(
                            EvalError.Kind.MISSING,
                            "list index " + index + " in selection path '" + path + "' is out of range");
                }
                at = list.get(in, index);
            } else if (at instanceof NixAttrs attrs) {
                Symbol name = in.symbols.of(part);
                NixValue found = attrs.findForced(in, name);
                if (found == null) {
                    throw new EvalError(
                                    EvalError.Kind.MISSING,
                                    "attribute '" + part + "' in selection path '" + path + "' not found")
                            .suggest(in.suggestKey(name, attrs));
                }
                at = found;
            } else {
                throw new EvalError(
                        EvalError.Kind.TYPE,
                        "the expression selected by the selection path '" + path + "' should be a set but is "
                                + at.typeWithArticle());
            }
        }
        return at;
    }

    static NixValue autoCall(Interp in, NixValue value, NixAttrs arguments) {
        NixValue function = value.force(in);
        if (function instanceof NixAttrs attrs) {
            NixValue functor = attrs.findForced(in, in.symbols.functor);
            return functor == null ? attrs : autoCall(in, in.call(functor, attrs, ApplyExpr.ONE), arguments);
        }
        if (!(function instanceof Closure closure) || closure.lambda.formals == null) {
            return function;
        }
        NixAttrs passed = arguments;
        if (!closure.lambda.ellipsis) {
            AttrsBuilder named = new AttrsBuilder(closure.lambda.formals.length);
            for (LambdaExpr.Formal formal : closure.lambda.formals) {
                NixValue argument = arguments.find(formal.name);
                if (argument != null) {
                    named.put(formal.name, argument);
                } else if (!formal.isOptional()) {
                    throw new EvalError(
                                    EvalError.Kind.TYPE,
                                    "cannot evaluate a function that has an argument without a value ('" + formal.name
                                            + "')")
                            .at(new Pos(closure.lambda.source, formal.offset))
                            .suggest(Optional.of("give it with --arg or --argstr, or give it a default"));
                }
            }
            passed = named.build();
        }
        return in.call(closure, passed, ApplyExpr.ONE);
    }

    private static List<String> split(String path) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean any = false;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '"') {
                any = true;
                int end = path.indexOf('"', i + 1);
                if (end < 0) {
                    throw new EvalError(EvalError.Kind.OTHER, "missing closing quote in selection path '" + path + "'");
                }
                part.append(path, i + 1, end);
                i = end;
            } else if (c == '.') {
                parts.add(part.toString());
                part.setLength(0);
                any = false;
            } else {
                part.append(c);
            }
        }
        if (any || part.length() > 0) {
            parts.add(part.toString());
        }
        return parts;
    }
}
