package org.sourceos.config.nix;

/** Writes trees as {@code nix-instantiate --parse} does. */
final class Shower {
    private final StringBuilder out = new StringBuilder();

    Shower text(String text) {
        out.append(text);
        return this;
    }

    Shower expr(Expr expr) {
        expr.show(this);
        return this;
    }

    Shower name(String name) {
        Printer.attributeName(out, name);
        return this;
    }

    Shower string(String bytes) {
        Printer.quoted(out, bytes, Integer.MAX_VALUE);
        return this;
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
