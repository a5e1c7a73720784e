package org.sourceos.config.nix;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the common indentation out of {@code ''…''}. */
final class IndentedString {
    private IndentedString() {}

    /**
     * @param text a piece of text, null for an interpolation
     * @param counts whether its spaces can be indentation: an escape's never are
     */
    record Part(
            @Nullable String text, boolean counts, @Nullable Expr expr, int offset) {
        static Part text(String text, boolean counts, int offset) {
            return new Part(text, counts, null, offset);
        }

        static Part expr(Expr expr) {
            return new Part(null, false, expr, expr.offset);
        }
    }

    static Expr build(Source source, int start, List<Part> parts) {
        int indentation = indentation(parts);
        List<Expr> stripped = new ArrayList<>();
        boolean atLineStart = true;
        int dropped = 0;
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            String text = part.text();
            if (text == null) {
                atLineStart = false;
                dropped = 0;
                Expr expr = part.expr();
                if (expr != null) {
                    stripped.add(expr);
                }
                continue;
            }
            StringBuilder out = new StringBuilder(text.length());
            for (int j = 0; j < text.length(); j++) {
                char c = text.charAt(j);
                if (atLineStart) {
                    if (c == ' ') {
                        if (dropped++ >= indentation) {
                            out.append(c);
                        }
                    } else {
                        dropped = 0;
                        atLineStart = c == '\n';
                        out.append(c);
                    }
                } else {
                    out.append(c);
                    atLineStart = c == '\n';
                }
            }
            if (i == parts.size() - 1) {
                dropLastLineOfSpaces(out);
            }
            if (out.length() > 0) {
                stripped.add(new LiteralExpr(source, part.offset(), new NixString(out.toString())));
            }
        }
        if (stripped.isEmpty()) {
            return new LiteralExpr(source, start, NixString.EMPTY);
        }
        if (stripped.size() == 1
                && stripped.get(0) instanceof LiteralExpr literal
                && literal.value instanceof NixString) {
            return new LiteralExpr(source, start, literal.value);
        }
        return new ConcatExpr(source, start, true, stripped.toArray(new Expr[0]));
    }

    /** The smallest indentation of a line that has more than spaces. */
    private static int indentation(List<Part> parts) {
        boolean atLineStart = true;
        int smallest = Integer.MAX_VALUE;
        int current = 0;
        for (Part part : parts) {
            String text = part.text();
            if (text == null || !part.counts()) {
                if (atLineStart) {
                    atLineStart = false;
                    smallest = Math.min(smallest, current);
                }
                continue;
            }
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (atLineStart) {
                    if (c == ' ') {
                        current++;
                    } else if (c == '\n') {
                        current = 0;
                    } else {
                        atLineStart = false;
                        smallest = Math.min(smallest, current);
                    }
                } else if (c == '\n') {
                    atLineStart = true;
                    current = 0;
                }
            }
        }
        return smallest;
    }

    private static void dropLastLineOfSpaces(StringBuilder out) {
        int newline = out.lastIndexOf("\n");
        if (newline < 0) {
            return;
        }
        for (int i = newline + 1; i < out.length(); i++) {
            if (out.charAt(i) != ' ') {
                return;
            }
        }
        out.setLength(newline + 1);
    }
}
