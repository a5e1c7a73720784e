package org.sourceos.config.nix.format;

import java.util.List;

/** {@code [ a b ]}, in the dialect also {@code [ a, b ]}. */
final class ListNode extends Group {
    private final Leaf bracket;
    private final List<Item> items;
    private final Leaf close;

    ListNode(Leaf bracket, List<Item> items, Leaf close) {
        super(row(bracket, items, close));
        this.bracket = bracket;
        this.items = items;
        this.close = close;
    }

    private static Row row(Leaf bracket, List<Item> items, Leaf close) {
        Row row = Row.of(bracket);
        for (int i = 0; i < items.size(); i++) {
            row.space(i < items.size() - 1 ? items.get(i) : items.get(i).withoutComma());
        }
        return row.space(close).never(!items.isEmpty() && bracket.line != close.line);
    }

    @Override
    boolean isBlock() {
        return !items.isEmpty() || flat() == NEVER;
    }

    @Override
    boolean opensBlock() {
        return isBlock();
    }

    @Override
    int hugWidth(int indent, int tail) {
        return isBlock() ? bracket.flat() : NEVER;
    }

    @Override
    void open(Page page, int indent, int tail) {
        if (!isBlock()) {
            writeFlat(page);
            return;
        }
        page.leaf(bracket);
        SetNode.writeLines(page, List.copyOf(items), indent + STEP);
        page.closing(indent + STEP, indent, items.isEmpty());
        page.leaf(close);
    }
}
