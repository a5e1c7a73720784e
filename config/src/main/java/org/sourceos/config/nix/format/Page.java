package org.sourceos.config.nix.format;

import org.jspecify.annotations.Nullable;
import org.sourceos.config.nix.syntax.TokenKind;

/**
 * The text that is written. Whoever writes says what comes between two leaves (nothing, a space, a new line); the page knows
 * where a comment needs a new line whatever was said, so that no layout can lose one or let it swallow what follows.
 */
final class Page {
    /** Deeper lines begin here too: nobody sees the difference, and the text would grow with the square of its depth. */
    private static final int DEEPEST = 200;

    private enum Gap {
        NOTHING,
        SPACE,
        LINE
    }

    private final StringBuilder text = new StringBuilder();
    private int column;
    private @Nullable Leaf before;

    private Gap gap = Gap.LINE;
    private int indent;
    private int commentIndent;
    private boolean blankBeforeComment;
    private boolean blankBeforeLeaf;
    /** A comment ends the current line. */
    private boolean mustBreak;

    /** A space; on one line anyway, so that it does not matter how a new line would be indented. */
    void space() {
        gap = Gap.SPACE;
    }

    /** A space, or where there must be a new line, one with this indentation. */
    void space(int lineIndent) {
        between(Gap.SPACE, lineIndent, lineIndent, false, false);
    }

    /** Nothing, or where there must be a new line, one with this indentation. */
    void glue(int lineIndent) {
        between(Gap.NOTHING, lineIndent, lineIndent, false, false);
    }

    /** A new line, the first of something: no empty line comes before it. */
    void line(int lineIndent) {
        between(Gap.LINE, lineIndent, lineIndent, false, false);
    }

    /** A new line, with an empty one before it where the author left some. */
    void nextLine(int lineIndent) {
        between(Gap.LINE, lineIndent, lineIndent, true, true);
    }

    /**
     * A new line with a closing bracket, or with what closes otherwise; comments in front of it belong inside.
     *
     * @param empty whether nothing stands before the comments
     */
    void closing(int inside, int lineIndent, boolean empty) {
        between(Gap.LINE, lineIndent, inside, !empty, false);
    }

    private void between(Gap kind, int lineIndent, int commentsAt, boolean beforeComment, boolean beforeLeaf) {
        gap = kind;
        indent = Math.min(lineIndent, DEEPEST);
        commentIndent = Math.min(commentsAt, DEEPEST);
        blankBeforeComment = beforeComment;
        blankBeforeLeaf = beforeLeaf;
    }

    /** Where a leaf will begin, when it comes next. */
    int columnOf(Leaf next) {
        if (gap == Gap.LINE || mustBreak || next.beginsLine()) {
            return indent;
        }
        return column + (gap == Gap.SPACE ? 1 : 0);
    }

    void leaf(Leaf leaf) {
        leaf(leaf, leaf.text);
    }

    /** Writes a leaf, its comments and what comes before it; its text may have lines of its own. */
    void leaf(Leaf leaf, String shown) {
        boolean newLine = gap == Gap.LINE || mustBreak || leaf.beginsLine();
        if (leaf.leads.isEmpty()) {
            if (newLine) {
                newLine(indent, blankBeforeLeaf && leaf.blankBefore);
            } else if (gap == Gap.SPACE || wouldMerge(before, leaf)) {
                append(" ");
            }
        } else {
            leads(leaf, newLine);
        }
        append(shown);
        for (Comment trail : leaf.trails) {
            append(" ");
            append(trail.textAt(column));
            mustBreak = true;
        }
        before = leaf;
        gap = Gap.NOTHING;
    }

    private void leads(Leaf leaf, boolean newLine) {
        boolean closing = gap == Gap.LINE && commentIndent != indent;
        if (newLine) {
            newLine(commentIndent, blankBeforeComment && leaf.leads.get(0).blankBefore());
        } else if (gap == Gap.SPACE || leansLeft(leaf.kind)) {
            append(" ");
        }
        for (int i = 0; i < leaf.leads.size(); i++) {
            Comment lead = leaf.leads.get(i);
            boolean isLast = i + 1 == leaf.leads.size();
            append(lead.textAt(column));
            if (lead.breakAfter() || closing) {
                boolean blank = isLast
                        ? leaf.blankBefore && !closing
                        : leaf.leads.get(i + 1).blankBefore();
                newLine(isLast ? indent : commentIndent, blank);
            } else if (!(isLast && !newLine && gap == Gap.NOTHING && leansLeft(leaf.kind))) {
                append(" ");
            }
        }
    }

    /** The end of the text: comments that nothing follows. */
    String end(Leaf end) {
        nextLine(0);
        if (!end.leads.isEmpty()) {
            leads(end, true);
        }
        return text.toString().stripTrailing() + "\n";
    }

    private void newLine(int spaces, boolean blank) {
        if (text.length() > 0) {
            text.append(blank ? "\n\n" : "\n");
        }
        text.append(" ".repeat(spaces));
        column = spaces;
        mustBreak = false;
    }

    private void append(String piece) {
        text.append(piece);
        int newline = piece.lastIndexOf('\n');
        column = newline < 0 ? column + Widths.of(piece) : Widths.of(piece.substring(newline + 1));
    }

    /** Whether a leaf stands right behind what is before it, comment or not. */
    private static boolean leansLeft(TokenKind kind) {
        return switch (kind) {
            case SEMICOLON, COMMA, COLON, AT, DOT, RIGHT_PAREN, RIGHT_BRACE -> true;
            default -> false;
        };
    }

    /** Whether two leaves without a space between them would be read as something else. */
    private static boolean wouldMerge(@Nullable Leaf left, Leaf right) {
        if (left == null) {
            return false;
        }
        return switch (left.kind) {
            case INTEGER, FLOAT, PATH, HOME_PATH, PATH_START, HOME_PATH_START -> right.kind == TokenKind.DOT;
            case URI -> right.kind == TokenKind.DOT || right.kind == TokenKind.COMMA;
            case MINUS -> right.kind == TokenKind.PATH || right.kind == TokenKind.PATH_START;
            default -> false;
        };
    }
}
