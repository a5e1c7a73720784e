package org.sourceos.config.nix.format;

import java.util.ArrayList;
import java.util.List;
import org.sourceos.config.nix.syntax.TokenKind;

/**
 * A token that is no trivia, with the comments that belong to it. A string or path with all that is in it, interpolations
 * too, is one leaf: nothing in it changes.
 *
 * <p>Comments are moved from leaf to leaf only while the tree is read.
 */
final class Leaf extends Node {
    /** Of a string or path: its first token's. */
    final TokenKind kind;

    /** One byte per char. */
    final String text;

    /** Its line in the text that was read, where only line ends between tokens count. */
    final int line;

    /** Whether an empty line comes before it. */
    final boolean blankBefore;

    /** Whether it is a string that {@link IndentedText} may move. */
    private final boolean movable;

    /** In front of it; those that end their line are on lines of their own. */
    final List<Comment> leads = new ArrayList<>();

    /** Behind it on the same line; nothing else follows on that. */
    final List<Comment> trails = new ArrayList<>();

    Leaf(TokenKind kind, String text, int line, boolean blankBefore, boolean movable) {
        this.kind = kind;
        this.text = text;
        this.line = line;
        this.blankBefore = blankBefore;
        this.movable = movable;
    }

    /** Whether a comment makes it begin a line. */
    boolean beginsLine() {
        for (Comment lead : leads) {
            if (lead.breakAfter()) {
                return true;
            }
        }
        return false;
    }

    boolean hasComments() {
        return !leads.isEmpty() || !trails.isEmpty();
    }

    /** What it stands for, wherever it stands. */
    String content() {
        return movable ? IndentedText.content(text) : text;
    }

    boolean isMultiline() {
        return text.indexOf('\n') >= 0;
    }

    @Override
    Leaf first() {
        return this;
    }

    @Override
    Leaf last() {
        return this;
    }

    /** The columns of it and the comments on its line. */
    @Override
    int flat() {
        return isMultiline() ? NEVER : leadWidth() + Widths.of(text);
    }

    private int leadWidth() {
        int width = 0;
        for (Comment lead : leads) {
            width = lead.breakAfter() ? 0 : width + Widths.of(lead.text()) + 1;
        }
        return width;
    }

    @Override
    void writeFlat(Page page) {
        page.leaf(this);
    }

    @Override
    void open(Page page, int indent, int tail) {
        page.leaf(this, movable ? IndentedText.at(text, indent) : text);
    }

    @Override
    int hugWidth(int indent, int tail) {
        return isMultiline() ? leadWidth() + Widths.of(text.substring(0, text.indexOf('\n'))) : NEVER;
    }

    @Override
    boolean isBlock() {
        return isMultiline();
    }

    @Override
    boolean opensBlock() {
        return isMultiline();
    }
}
