package org.sourceos.config.nix.format;

import java.util.List;
import java.util.Random;
import org.sourceos.config.nix.Bytes;
import org.sourceos.config.nix.syntax.Lexer;
import org.sourceos.config.nix.syntax.TokenKind;

/** Lays texts out at random: white space, line ends and comments between any two tokens. */
final class LayoutFuzz {
    private final Random random;
    private int comments;

    LayoutFuzz(Random random) {
        this.random = random;
    }

    /** The text with all its tokens and none of its layout. */
    String scrambled(String text) {
        List<Leaf> leaves = Leaves.of(Lexer.lex(Bytes.of(text)));
        int chaos = random.nextInt(4);
        StringBuilder out = new StringBuilder(gap(chaos));
        for (Leaf leaf : leaves) {
            if (leaf.kind != TokenKind.END) {
                out.append(Bytes.toUnicode(leaf.text)).append(gap(chaos));
            }
        }
        return out.toString();
    }

    /** Between calm (a space nearly everywhere) and chaos (comments nearly everywhere). */
    private String gap(int chaos) {
        StringBuilder gap = new StringBuilder(space());
        int pieces = random.nextInt(10) < chaos * 2 ? random.nextInt(1 + chaos) : 0;
        for (int i = 0; i < pieces; i++) {
            comments++;
            switch (random.nextInt(5)) {
                case 0 -> gap.append("# c").append(comments).append(random.nextBoolean() ? "  \n" : "\n");
                case 1 -> gap.append("/* c").append(comments).append(" */");
                case 2 ->
                    gap.append("/* c")
                            .append(comments)
                            .append("\n")
                            .append(space())
                            .append("x\n\n  y */");
                case 3 -> gap.append("\n\n\n");
                default -> gap.append("\n");
            }
            gap.append(space());
        }
        return gap.toString();
    }

    private String space() {
        return " ".repeat(1 + (random.nextInt(4) == 0 ? random.nextInt(8) : 0));
    }
}
