package org.sourceos.config.nix.format;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code { a, b ? 1, ... }}, with a name for all of it before or behind it, or without. */
final class Pattern extends Group {
    private final @Nullable Named before;
    private final Leaf brace;
    private final List<Item> arguments;
    private final Leaf close;
    private final @Nullable Named behind;

    /** The name and the {@code @} that ties it to the set. */
    record Named(Leaf name, Leaf at) {}

    Pattern(@Nullable Named before, Leaf brace, List<Item> arguments, Leaf close, @Nullable Named behind) {
        super(row(before, brace, arguments, close, behind));
        this.before = before;
        this.brace = brace;
        this.arguments = arguments;
        this.close = close;
        this.behind = behind;
    }

    private static Row row(
            @Nullable Named before, Leaf brace, List<Item> arguments, Leaf close, @Nullable Named behind) {
        Row row = before == null
                ? Row.of(brace)
                : Row.of(before.name).glue(before.at).glue(brace);
        for (int i = 0; i < arguments.size(); i++) {
            Item argument = arguments.get(i);
            row.space(i < arguments.size() - 1 ? argument : argument.withoutComma());
        }
        row.space(close).never(!arguments.isEmpty() && brace.line != close.line);
        return behind == null ? row : row.glue(behind.at).glue(behind.name);
    }

    @Override
    void open(Page page, int indent, int tail) {
        if (before != null) {
            page.leaf(before.name);
            page.glue(indent);
            page.leaf(before.at);
            page.glue(indent);
        }
        page.leaf(brace);
        SetNode.writeLines(page, List.copyOf(arguments), indent + STEP);
        page.closing(indent + STEP, indent, arguments.isEmpty());
        page.leaf(close);
        if (behind != null) {
            page.glue(indent);
            page.leaf(behind.at);
            page.glue(indent);
            page.leaf(behind.name);
        }
    }
}
