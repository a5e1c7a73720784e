package org.sourceos.config.nix;

/** A number, string or path written out. */
final class LiteralExpr extends Expr {
    final NixValue value;

    LiteralExpr(Source source, int offset, NixValue value) {
        super(source, offset);
        this.value = value;
    }

    @Override
    NixValue eval(Interp in, Env env) {
        return value;
    }

    @Override
    NixValue delay(Interp in, Env env) {
        return value;
    }

    @Override
    Expr bind(Scope scope) {
        return this;
    }

    @Override
    void show(Shower out) {
        if (value instanceof NixString string) {
            out.string(string.bytes);
        } else if (value instanceof NixPath path) {
            out.text(path.bytes);
        } else if (value instanceof NixFloat number) {
            out.text(Printer.general(number.value()));
        } else if (value instanceof NixInt number) {
            out.text(Long.toString(number.value()));
        }
    }
}
