package org.sourceos.config.nix.format;

import java.util.ArrayList;
import java.util.List;
import org.sourceos.config.nix.Bytes;
import org.sourceos.config.nix.ParseException;
import org.sourceos.config.nix.Syntax;
import org.sourceos.config.nix.syntax.Lexer;
import org.sourceos.config.nix.syntax.TokenKind;
import org.sourceos.config.nix.syntax.Tokens;

/**
 * Lays out texts of the configuration language in the style of Nix's RFC 166 (docs/language.md, Formatting). The result means
 * what the text means, has all its comments, and is laid out already: formatting it again changes nothing.
 */
public final class Formatter {
    /** Two are enough for nearly all texts. */
    private static final int MOST_PASSES = 10;

    private final boolean dialect;

    /**
     * @param dialect whether SourceOS's additions to the language are on
     */
    public Formatter(boolean dialect) {
        this.dialect = dialect;
    }

    /**
     * The text, laid out; it ends with one newline. Lines end in {@code \n}, but inside strings they stay what they are.
     *
     * @param fileName what the text is called in errors
     * @throws ParseException if the text is not in the language, or nested deeper than the language allows
     */
    public String format(String fileName, String text) throws ParseException {
        return Bytes.toUnicode(formatBytes(fileName, Bytes.of(text)));
    }

    /** As {@link #format(String, String)}, of a file's bytes: those that are no UTF-8 stay what they are. */
    public byte[] format(String fileName, byte[] text) throws ParseException {
        return Bytes.toArray(formatBytes(fileName, Bytes.of(text)));
    }

    private String formatBytes(String fileName, String text) throws ParseException {
        return Syntax.read(fileName, text, dialect, tokens -> layOutFully(tokens, text));
    }

    /**
     * Lays out until nothing changes. A set that has become too long for its line is one that its author might have opened,
     * and a call with such a set in it may look better in another way; then the second time settles it. As sets only ever
     * open, this ends.
     */
    private static String layOutFully(Tokens tokens, String text) {
        String before = text;
        String after = layOut(tokens);
        for (int i = 1; i < MOST_PASSES && !after.equals(before); i++) {
            before = after;
            after = layOut(Lexer.lex(before));
        }
        return after;
    }

    private static String layOut(Tokens tokens) {
        List<Leaf> leaves = Leaves.of(tokens);
        List<String> before = essence(leaves);
        Node tree = TreeReader.read(leaves);
        Page page = new Page();
        tree.write(page, 0, 0);
        String result = page.end(leaves.get(leaves.size() - 1));
        List<String> after = essence(Leaves.of(Lexer.lex(result)));
        if (!after.equals(before)) {
            throw new IllegalStateException("the formatter would have changed the meaning of the text");
        }
        return result;
    }

    /**
     * What must be the same afterwards: all leaves and all comments, each in its order. A comma before a closing bracket may
     * come or go, a string or comment may be further in.
     */
    private static List<String> essence(List<Leaf> leaves) {
        List<String> essence = new ArrayList<>();
        List<String> comments = new ArrayList<>();
        for (int i = 0; i < leaves.size(); i++) {
            Leaf leaf = leaves.get(i);
            boolean optional = leaf.kind == TokenKind.COMMA && closes(leaves.get(i + 1).kind);
            if (!optional) {
                essence.add(leaf.content());
            }
            leaf.leads.forEach(comment -> comments.add(comment.words()));
            leaf.trails.forEach(comment -> comments.add(comment.words()));
        }
        essence.addAll(comments);
        return essence;
    }

    private static boolean closes(TokenKind kind) {
        return kind == TokenKind.RIGHT_BRACE || kind == TokenKind.RIGHT_BRACKET;
    }
}
