package org.sourceos.config.nix.format;

import java.util.ArrayList;
import java.util.List;
import org.sourceos.config.nix.syntax.TokenKind;

/**
 * Puts comments in front of a {@code ;}, a comma or the like behind it: {@code a # c} and a comma on the next line become
 * {@code a, # c}. The order of comments stays what it is.
 */
final class Settling {
    private Settling() {}

    static void settle(Leaf before, Leaf sign, Leaf next) {
        boolean leadsLine = sign.kind == TokenKind.COMMA && sign.line != before.line;
        boolean moves = !before.trails.isEmpty() || sign.beginsLine();
        if (!moves && !(leadsLine && !sign.trails.isEmpty())) {
            return;
        }
        // What comes after a comment that ends its line needs lines of its own; so does what follows a comma that
        // begins one.
        List<Comment> below = new ArrayList<>();
        sign.leads.forEach(comment -> below.add(comment.onItsOwnLine()));
        sign.trails.forEach(comment -> below.add(comment.onItsOwnLine()));
        sign.leads.clear();
        sign.trails.clear();
        sign.trails.addAll(before.trails);
        before.trails.clear();
        next.leads.addAll(0, below);
    }

    /** A comma for the end of the last line in brackets; it takes the comments behind the leaf. */
    static Leaf commaAfter(Leaf last) {
        Leaf comma = new Leaf(TokenKind.COMMA, ",", last.line, false, false);
        comma.trails.addAll(last.trails);
        last.trails.clear();
        return comma;
    }
}
