package org.sourceos.config.nix;

/** {@code a + b}: a sum, a longer string or a longer path. */
final class PlusExpr extends Expr {
    private Expr left;
    private Expr right;

    PlusExpr(Source source, int offset, Expr left, Expr right) {
        super(source, offset);
        this.left = left;
        this.right = right;
    }

    @Override
    NixValue eval(Interp in, Env env) {
        NixValue first = left.eval(in, env);
        if (first instanceof NixInt || first instanceof NixFloat) {
            return sum(in, first, right.eval(in, env));
        }
        if (first instanceof NixPath path) {
            String more = ConcatExpr.pathPiece(in, right.eval(in, env), right, this);
            return new NixPath(NixPath.canonical("/", path.bytes + more));
        }
        NixString a = ConcatExpr.piece(in, first, left);
        NixString b = ConcatExpr.piece(in, right.eval(in, env), right);
        return ConcatExpr.concat(in, a, b);
    }

    private NixValue sum(Interp in, NixValue a, NixValue b) {
        if (!(b instanceof NixInt) && !(b instanceof NixFloat)) {
            throw new EvalError(EvalError.Kind.TYPE, "cannot add " + b.typeWithArticle() + " to " + a.typeWithArticle())
                    .at(right);
        }
        try {
            return Arithmetic.add(in, a, b);
        } catch (EvalError e) {
            throw e.at(this);
        }
    }

    @Override
    Expr bind(Scope scope) {
        left = left.bind(scope);
        right = right.bind(scope);
        return this;
    }

    @Override
    void show(Shower out) {
        out.text("(").expr(left).text(" + ").expr(right).text(")");
    }
}
