package org.sourceos.config.nix.format;

import java.util.List;

/**
 * {@code f a b}. Over several lines, the one argument that needs them opens where it stands, and the others stay on its first
 * and last line; otherwise each argument gets a line of its own.
 */
final class Apply extends Group {
    private static final int NONE = -1;
    private static final int FUNCTION = -2;

    private final Node function;
    private final List<Node> arguments;

    Apply(Node function, List<Node> arguments) {
        super(row(function, arguments));
        this.function = function;
        this.arguments = arguments;
    }

    private static Row row(Node function, List<Node> arguments) {
        Row row = Row.of(function);
        arguments.forEach(row::space);
        return row;
    }

    @Override
    int hugWidth(int indent, int tail) {
        int opening = opening(indent, tail);
        return opening == NONE ? NEVER : widthTo(opening, indent, tail);
    }

    @Override
    boolean opensBlock() {
        int opening = opening(0, 0);
        return opening >= 0 && arguments.get(opening).opensBlock();
    }

    /** Whether it may stand right behind a parenthesis with its arguments below it. */
    boolean mayHang(int indent) {
        return flat() == NEVER ? allJoined() : !fitsAt(indent + STEP, 0);
    }

    private boolean allJoined() {
        Node before = function;
        for (Node argument : arguments) {
            if (!joined(before, argument)) {
                return false;
            }
            before = argument;
        }
        return true;
    }

    /** Which part opens where it stands: the index of an argument, or one of the two above. */
    private int opening(int indent, int tail) {
        if (!allJoined()) {
            return NONE;
        }
        int last = arguments.size() - 1;
        int wide = NONE;
        int count = 0;
        for (int i = 0; i <= last; i++) {
            if (!arguments.get(i).fitsAt(indent + STEP, i == last ? tail : 0)) {
                wide = i;
                count++;
            }
        }
        int opening;
        if (!function.fitsAt(indent, 0)) {
            opening = count == 0 && function.hugWidth(indent, 0) < NEVER ? FUNCTION : NONE;
        } else if (count == 0) {
            opening = favourite();
        } else {
            opening = count == 1 && canOpen(wide) ? wide : NONE;
        }
        boolean restFits = opening == NONE || indent + 2 + widthAfter(opening) + tail <= WIDTH;
        return restFits ? opening : NONE;
    }

    /** What opens when all arguments are short but not all together: the last one, or the only one that can. */
    private int favourite() {
        int last = arguments.size() - 1;
        int found = NONE;
        for (int i = last; i >= 0; i--) {
            if (canOpen(i)) {
                // Of two sets or lists that are short each, neither opens: they stand below each other.
                boolean alike = found == last
                        && arguments.get(i).isBlock()
                        && arguments.get(last).isBlock();
                if (alike || (found != NONE && found != last)) {
                    return NONE;
                }
                found = found == NONE ? i : found;
            }
        }
        return found;
    }

    private boolean canOpen(int index) {
        Node argument = arguments.get(index);
        if (argument instanceof Leaf) {
            // A last string that is too long wherever it stands is no better off on a line of its own.
            boolean tooLong = index == arguments.size() - 1 && !argument.fitsAt(STEP, 0);
            return argument.isBlock() || tooLong;
        }
        return argument.hugWidth(0, 0) < NEVER;
    }

    /** The columns from its beginning to the end of the first line of what opens. */
    private int widthTo(int opening, int indent, int tail) {
        if (opening == FUNCTION) {
            return function.hugWidth(indent, tail);
        }
        int width = function.flat();
        for (int i = 0; i < opening; i++) {
            width += 1 + arguments.get(i).flat();
        }
        Node argument = arguments.get(opening);
        boolean leaf = argument instanceof Leaf && !argument.isBlock();
        return Math.min(NEVER, width + 1 + (leaf ? 0 : argument.hugWidth(indent, tail)));
    }

    private int widthAfter(int opening) {
        int width = 0;
        for (int i = Math.max(opening, NONE) + 1; i < arguments.size(); i++) {
            width += 1 + arguments.get(i).flat();
        }
        return width;
    }

    @Override
    void open(Page page, int indent, int tail) {
        int opening = opening(indent, tail);
        if (opening == NONE || page.columnOf(first()) + widthTo(opening, indent, tail) > WIDTH) {
            hang(page, indent, tail);
            return;
        }
        if (opening == FUNCTION) {
            function.hug(page, indent, widthAfter(opening) + tail);
        } else {
            function.writeFlat(page);
        }
        for (int i = 0; i < arguments.size(); i++) {
            page.space(indent + STEP);
            Node argument = arguments.get(i);
            if (i != opening) {
                argument.writeFlat(page);
            } else if (argument instanceof Paren paren) {
                paren.openAsArgument(page, indent, widthAfter(opening) + tail);
            } else {
                argument.hug(page, indent, widthAfter(opening) + tail);
            }
        }
    }

    /** Writes it with every argument on a line of its own. */
    void hang(Page page, int indent, int tail) {
        if (function.fitsAt(indent, 0)) {
            function.writeFlat(page);
        } else {
            function.open(page, indent, 0);
        }
        for (int i = 0; i < arguments.size(); i++) {
            page.nextLine(indent + STEP);
            arguments.get(i).write(page, indent + STEP, i == arguments.size() - 1 ? tail : 0);
        }
    }
}
