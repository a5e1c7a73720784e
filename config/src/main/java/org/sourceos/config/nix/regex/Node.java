package org.sourceos.config.nix.regex;

import java.util.List;

/** A regular expression as a tree. */
sealed interface Node {
    record Bytes(ByteSet set) implements Node {}

    record Start() implements Node {}

    record End() implements Node {}

    record Sequence(List<Node> parts) implements Node {}

    record Choice(List<Node> branches) implements Node {}

    record Group(int index, Node inner) implements Node {}

    /** {@code most} is −1 where there is no limit. */
    record Repeat(Node inner, int least, int most) implements Node {}
}
