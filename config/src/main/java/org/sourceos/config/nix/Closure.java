package org.sourceos.config.nix;

/** A lambda and the environment it was written in. */
final class Closure extends NixFunction {
    final LambdaExpr lambda;
    final Env env;

    Closure(LambdaExpr lambda, Env env) {
        this.lambda = lambda;
        this.env = env;
    }

    @Override
    public String typeWithArticle() {
        return "a function";
    }
}
