package org.sourceos.config.nix.format;

/** A node that consists of others. */
abstract class Group extends Node {
    private final Row row;
    private final Leaf first;
    private final Leaf last;

    Group(Row row) {
        this.row = row;
        this.first = row.first().first();
        this.last = row.last().last();
    }

    @Override
    final Leaf first() {
        return first;
    }

    @Override
    final Leaf last() {
        return last;
    }

    @Override
    final int flat() {
        return row.width();
    }

    @Override
    final void writeFlat(Page page) {
        row.write(page);
    }
}
