package org.sourceos.config.nix.format;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.sourceos.config.nix.Bytes;
import org.sourceos.config.nix.syntax.Lexer;
import org.sourceos.config.nix.syntax.TokenKind;

/**
 * Makes texts of others: puts them together, gives their names other lengths, and lays them out at random, with white space,
 * line ends and comments between any two tokens.
 */
final class LayoutFuzz {
    private static final List<String> FRAMES = List.of(
            "%s",
            "%s",
            "{ a = %s; b.c = x: y: %s; inherit (%s) d e; }",
            "f (%s) { c = %s; } [ (%s) ]",
            "f { c = %s; } rest",
            "f a (g (%s) b)",
            "(%s) ++ (%s) ++ g [ (%s) ]",
            "a // { b = %s; c = %s; }",
            "{ a = 1; } // f (%s)",
            "let x = %s; y = %s; in %s",
            "if (%s) then %s else if a then %s else %s",
            "x: { y ? %s, z, ... }@args: %s",
            "(x: y: %s)",
            "with (%s); %s",
            "assert %s; %s",
            "(%s).a.b or (%s)",
            "!(%s) && (%s) || c == (%s) -> -d ? e",
            "[ (%s) (f a (%s)) { g = %s; } ]");

    private final Random random;
    private final Map<String, String> names = new HashMap<>();
    private int comments;

    LayoutFuzz(Random random) {
        this.random = random;
    }

    /** Some of the texts, put together. */
    String composed(List<String> texts, int depth) {
        String frame = FRAMES.get(random.nextInt(FRAMES.size()));
        StringBuilder out = new StringBuilder();
        for (int at = 0; at < frame.length(); at++) {
            if (frame.startsWith("%s", at)) {
                boolean leaf = depth == 0 || random.nextInt(3) == 0;
                out.append(leaf ? texts.get(random.nextInt(texts.size())) : composed(texts, depth - 1));
                at++;
            } else {
                out.append(frame.charAt(at));
            }
        }
        return out.toString();
    }

    /** The text with all its tokens, some names longer, and none of its layout. */
    String scrambled(String text) {
        List<Leaf> leaves = Leaves.of(Lexer.lex(Bytes.of(text)));
        int chaos = random.nextInt(4);
        int longest = random.nextInt(3) * 30;
        StringBuilder out = new StringBuilder(gap(chaos));
        for (Leaf leaf : leaves) {
            if (leaf.kind == TokenKind.IDENTIFIER && longest > 0) {
                out.append(names.computeIfAbsent(leaf.text, name -> name + "x".repeat(random.nextInt(longest))));
            } else if (leaf.kind != TokenKind.END) {
                out.append(Bytes.toUnicode(leaf.text));
            }
            out.append(gap(chaos));
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
