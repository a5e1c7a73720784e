package org.sourceos.config.nix.format;

import org.jspecify.annotations.Nullable;

/** An element of a list, or an argument in a function's pattern, with the comma behind it. */
final class Item extends Group {
    private final Node value;
    private final @Nullable Leaf comma;

    Item(Node value, @Nullable Leaf comma) {
        super(comma == null ? Row.of(value) : Row.of(value).glue(comma));
        this.value = value;
        this.comma = comma;
    }

    /** As the last one on a line: a comma that nothing follows is left out, but not the comments at it. */
    Node withoutComma() {
        return comma == null || comma.hasComments() ? this : value;
    }

    @Override
    void open(Page page, int indent, int tail) {
        value.write(page, indent, comma == null ? tail : 1);
        if (comma != null) {
            page.glue(indent);
            page.leaf(comma);
        }
    }
}
