package org.sourceos.config.nix.format;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.sourceos.config.nix.syntax.TokenKind;
import org.sourceos.config.nix.syntax.Tokens;

/**
 * Makes leaves of tokens. Comments that end the line of a leaf are that leaf's trails; all others are leads of the leaf that
 * comes next. A comment over several lines always gets lines of its own. The text must be in the language: its quotes and
 * braces are taken to be closed.
 */
final class Leaves {
    private final Tokens tokens;
    private final List<Leaf> leaves = new ArrayList<>();
    private int at;
    private int line;
    /** Where the current line begins, as an offset. */
    private int lineStart;

    private Leaves(Tokens tokens) {
        this.tokens = tokens;
    }

    /** All leaves in order; the last one is the end of the text, and empty. */
    static List<Leaf> of(Tokens tokens) {
        Leaves leaves = new Leaves(tokens);
        do {
            leaves.next();
        } while (leaves.last().kind != TokenKind.END);
        return leaves.leaves;
    }

    private Leaf last() {
        return leaves.get(leaves.size() - 1);
    }

    /** A comment, with the line ends between it and what is before it. */
    private record Loose(String text, int newlines, int column) {
        boolean isMultiline() {
            return text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
        }
    }

    private void next() {
        List<Loose> comments = new ArrayList<>();
        int newlines = leaves.isEmpty() ? 1 : 0;
        while (tokens.kind(at).isTrivia()) {
            String text = tokens.text(at);
            if (tokens.kind(at) == TokenKind.COMMENT) {
                comments.add(new Loose(text, newlines, column(text)));
                newlines = 0;
            } else {
                newlines += lineEnds(text);
                line += lineEnds(text);
            }
            passLines(text);
            at++;
        }
        TokenKind kind = tokens.kind(at);
        if (kind == TokenKind.END) {
            newlines = Math.max(newlines, 1);
        }
        Leaf leaf = leaf(kind, newlines > 1);
        attach(comments, newlines, leaf);
        leaves.add(leaf);
    }

    /** Where a comment begins; only those over several lines need to know. */
    private int column(String comment) {
        boolean multiline = comment.indexOf('\n') >= 0 || comment.indexOf('\r') >= 0;
        return multiline ? Widths.of(tokens.between(lineStart, tokens.start(at))) : 0;
    }

    private void passLines(String text) {
        int newline = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'));
        if (newline >= 0) {
            lineStart = tokens.start(at) + newline + 1;
        }
    }

    private static int lineEnds(String text) {
        int count = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n' || (c == '\r' && !(i + 1 < text.length() && text.charAt(i + 1) == '\n'))) {
                count++;
            }
        }
        return count;
    }

    private void attach(List<Loose> comments, int newlinesAfter, Leaf leaf) {
        int count = comments.size();
        boolean[] breakBefore = new boolean[count + 1];
        for (int i = 0; i <= count; i++) {
            breakBefore[i] = (i < count ? comments.get(i).newlines : newlinesAfter) > 0
                    || (i < count && comments.get(i).isMultiline())
                    || (i > 0 && comments.get(i - 1).isMultiline());
        }
        int trails = 0;
        while (trails <= count && !breakBefore[trails]) {
            trails++;
        }
        for (int i = 0; i < count; i++) {
            Loose loose = comments.get(i);
            Comment comment = Comment.of(loose.text, loose.newlines > 1, breakBefore[i + 1], loose.column);
            if (i < trails && trails <= count) {
                last().trails.add(comment);
            } else {
                leaf.leads.add(comment);
            }
        }
    }

    /** The leaf that begins here, with all tokens that are in it. */
    private Leaf leaf(TokenKind kind, boolean blankBefore) {
        int start = tokens.start(at);
        boolean opensLine = kind == TokenKind.INDENTED_OPEN && tokens.text(at).length() > 2;
        boolean movable = switch (kind) {
            case QUOTE, PATH_START, HOME_PATH_START, INDENTED_OPEN -> text() && opensLine;
            default -> {
                at++;
                yield false;
            }
        };
        String text = kind == TokenKind.END ? "" : tokens.between(start, tokens.start(at));
        int newline = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'));
        if (newline >= 0) {
            lineStart = start + newline + 1;
        }
        return new Leaf(kind, text, line, blankBefore, movable);
    }

    /**
     * Goes behind a string or path.
     *
     * @return whether all line ends in it are line ends of a string between {@code ''}, not of anything inside it
     */
    private boolean text() {
        boolean plain = true;
        Deque<TokenKind> open = new ArrayDeque<>();
        do {
            TokenKind kind = tokens.kind(at);
            switch (kind) {
                case QUOTE -> {
                    if (open.peek() == TokenKind.QUOTE) {
                        open.pop();
                    } else {
                        open.push(kind);
                    }
                }
                case INDENTED_OPEN, PATH_START, HOME_PATH_START, INTERPOLATION, LEFT_BRACE -> open.push(kind);
                case INDENTED_CLOSE, PATH_END, RIGHT_BRACE -> open.pop();
                default -> {}
            }
            String text = tokens.text(at);
            boolean escape = kind == TokenKind.INDENTED_ESCAPE && text.startsWith("''\\");
            plain &= text.indexOf('\r') < 0 && !escape && (open.size() <= 1 || text.indexOf('\n') < 0);
            at++;
        } while (!open.isEmpty());
        return plain;
    }
}
