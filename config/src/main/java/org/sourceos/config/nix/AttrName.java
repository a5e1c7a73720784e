package org.sourceos.config.nix;

import org.jspecify.annotations.Nullable;

/** One step of {@code a.b.${c}}: a name, or an expression that gives it. */
final class AttrName {
    final @Nullable Symbol symbol;
    private Expr expr;

    /** Where the last set had the name: the next is likely to be of the same shape, made at the same place of the text. */
    private @Nullable Shape lastShape;

    private int lastIndex;

    /** The expression is where the name stands. */
    AttrName(@Nullable Symbol symbol, Expr expr) {
        this.symbol = symbol;
        this.expr = expr;
    }

    Expr expr() {
        return expr;
    }

    Symbol resolve(Interp in, Env env) {
        if (symbol != null) {
            return symbol;
        }
        NixValue value = expr.eval(in, env);
        if (value instanceof NixString string) {
            in.noContext(string, expr);
            return in.symbols.of(string.bytes);
        }
        throw in.expected("a string", value).at(expr);
    }

    /** The index of this step's name, resolved, in a shape; negative when it is not there. */
    int indexIn(Shape shape, Symbol resolved) {
        if (symbol == null) {
            return shape.find(resolved);
        }
        if (shape != lastShape) {
            lastIndex = shape.find(resolved);
            lastShape = shape;
        }
        return lastIndex;
    }

    void bind(Scope scope) {
        if (symbol == null) {
            expr = expr.bind(scope);
        }
    }

    static void show(Shower out, AttrName[] path) {
        for (int i = 0; i < path.length; i++) {
            if (i > 0) {
                out.text(".");
            }
            Symbol name = path[i].symbol;
            if (name != null) {
                out.name(name.name);
            } else {
                out.text("\"${").expr(path[i].expr).text("}\"");
            }
        }
    }
}
