package org.sourceos.config.nix.format;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Nodes as they stand on one line. */
final class Row {
    private final List<Node> nodes = new ArrayList<>(4);
    private final BitSet spaced = new BitSet();
    private int width;

    private Row(Node first) {
        nodes.add(first);
        width = first.flat();
    }

    static Row of(Node first) {
        return new Row(first);
    }

    /** Adds a node right behind the last one. */
    Row glue(Node node) {
        boolean joined = Node.joined(last(), node);
        nodes.add(node);
        width = joined ? Math.min(Node.NEVER, width + node.flat()) : Node.NEVER;
        return this;
    }

    Row space(Node node) {
        spaced.set(nodes.size());
        glue(node);
        width = Math.min(Node.NEVER, width + 1);
        return this;
    }

    /** Notes that these do not stand on one line, when that is so. */
    Row never(boolean so) {
        width = so ? Node.NEVER : width;
        return this;
    }

    Node first() {
        return nodes.get(0);
    }

    Node last() {
        return nodes.get(nodes.size() - 1);
    }

    int width() {
        return width;
    }

    void write(Page page) {
        for (int i = 0; i < nodes.size(); i++) {
            if (spaced.get(i)) {
                page.space();
            }
            nodes.get(i).writeFlat(page);
        }
    }
}
