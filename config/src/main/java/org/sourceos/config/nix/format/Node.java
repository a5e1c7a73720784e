package org.sourceos.config.nix.format;

/**
 * A part of a text that knows how to stand on one line and how over several.
 *
 * <p>{@code indent} is always the column where the line begins that the node stands in: what belongs to the node is indented
 * by {@link #STEP} more, its closing bracket is not. {@code tail} is how many columns must be left behind it, for a semicolon
 * or a bracket.
 */
abstract class Node {
    /** Lines get no longer than this where that can be helped. */
    static final int WIDTH = 100;

    static final int STEP = 2;

    /** More than any line: the width of what cannot stand on one. */
    static final int NEVER = 1 << 20;

    abstract Leaf first();

    abstract Leaf last();

    /** The columns it takes on one line. */
    abstract int flat();

    abstract void writeFlat(Page page);

    /** Writes it over several lines. */
    abstract void open(Page page, int indent, int tail);

    /**
     * The columns up to the end of its first line when it begins in the middle of a line and everything up to its last line
     * is indented; {@link #NEVER} when it does not look well so.
     */
    int hugWidth(int indent, int tail) {
        return NEVER;
    }

    /** Writes it as {@link #hugWidth} has measured. */
    void hug(Page page, int indent, int tail) {
        open(page, indent, tail);
    }

    /** Whether it is a set, list or string that has an inside. */
    boolean isBlock() {
        return false;
    }

    /** Whether a block opens when it is hugged, rather than a parenthesis that is there for something else. */
    boolean opensBlock() {
        return false;
    }

    /** Whether a parenthesis around it may begin and end on its own first and last line. */
    boolean hugsInParens() {
        return isBlock();
    }

    final void write(Page page, int indent, int tail) {
        if (page.columnOf(first()) + flat() + tail <= WIDTH) {
            writeFlat(page);
        } else {
            open(page, indent, tail);
        }
    }

    final boolean fitsAt(int column, int tail) {
        return column + flat() + tail <= WIDTH;
    }

    /** Whether no comment keeps two neighbours on different lines. */
    static boolean joined(Node left, Node right) {
        return left.last().trails.isEmpty() && !right.first().beginsLine();
    }

    /**
     * Writes what stands behind a {@code =} or an operator: on its line, hugged, or on lines of its own, one step further in.
     */
    static void place(Page page, Leaf before, Node value, int indent, int tail) {
        int inner = indent + STEP;
        if (joined(before, value)) {
            page.space(inner);
            if (placeOnSameLine(page, value, indent, tail)) {
                return;
            }
        }
        page.line(inner);
        value.write(page, inner, tail);
    }

    private static boolean placeOnSameLine(Page page, Node value, int indent, int tail) {
        int column = page.columnOf(value.first());
        boolean fitsNextLine = value.fitsAt(indent + STEP, tail);
        if (value.fitsAt(column, tail)) {
            value.writeFlat(page);
            return true;
        }
        if (fitsNextLine && !value.opensBlock()) {
            return false;
        }
        if (column + value.hugWidth(indent, tail) <= WIDTH) {
            value.hug(page, indent, tail);
            return true;
        }
        if (value instanceof Leaf && !fitsNextLine) {
            // A string as long as this would be no better off on a line of its own.
            value.open(page, indent, tail);
            return true;
        }
        return false;
    }
}
