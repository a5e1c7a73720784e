package org.sourceos.config.nix.format;

import org.jspecify.annotations.Nullable;

/** {@code a.b.c}, with {@code or d} or without. */
final class Select extends Group {
    private final Node subject;
    private final Leaf dot;
    private final Names path;
    private final @Nullable Fallback fallback;

    /** {@code or d}. */
    record Fallback(Leaf or, Node value) {}

    Select(Node subject, Leaf dot, Names path, @Nullable Fallback fallback) {
        super(row(subject, dot, path, fallback));
        this.subject = subject;
        this.dot = dot;
        this.path = path;
        this.fallback = fallback;
    }

    private static Row row(Node subject, Leaf dot, Names path, @Nullable Fallback fallback) {
        Row row = Row.of(subject).glue(dot).glue(path);
        return fallback == null ? row : row.space(fallback.or).space(fallback.value);
    }

    /** The columns behind the subject on its last line; a fallback that can open need only begin there. */
    private int behind(int tail) {
        int width = dot.flat() + path.flat();
        if (fallback == null) {
            return Math.min(NEVER, width + tail);
        }
        boolean opens = fallback.value.isBlock() || fallback.value instanceof Paren;
        return Math.min(NEVER, width + 2 + fallback.or.flat() + (opens ? 1 : fallback.value.flat() + tail));
    }

    @Override
    int hugWidth(int indent, int tail) {
        if (!(subject instanceof Leaf)) {
            return subject.hugWidth(indent, behind(tail));
        }
        if (fallback == null || !fallback.value.isBlock()) {
            return NEVER;
        }
        int head = subject.flat() + dot.flat() + path.flat() + fallback.or.flat() + 2;
        return Math.min(NEVER, head + fallback.value.hugWidth(indent, tail));
    }

    @Override
    boolean opensBlock() {
        return subject.opensBlock() || (subject instanceof Leaf && fallback != null && fallback.value.opensBlock());
    }

    @Override
    void open(Page page, int indent, int tail) {
        subject.write(page, indent, behind(tail));
        page.glue(indent + STEP);
        page.leaf(dot);
        page.glue(indent + STEP);
        path.write(page, indent, 0);
        if (fallback != null) {
            page.space(indent + STEP);
            page.leaf(fallback.or);
            page.space(indent + STEP);
            fallback.value.write(page, indent, tail);
        }
    }
}
