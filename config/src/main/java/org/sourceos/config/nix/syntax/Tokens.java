package org.sourceos.config.nix.syntax;

import java.util.Arrays;

/**
 * Every token of a text in order, white space and comments too: the pieces put together again are the text. The last one is
 * {@link TokenKind#END}. Offsets count bytes.
 */
public final class Tokens {
    private final String text;
    private TokenKind[] kinds = new TokenKind[64];
    private int[] starts = new int[64];
    private int size;

    Tokens(String text) {
        this.text = text;
    }

    void add(TokenKind kind, int start) {
        if (size == kinds.length) {
            kinds = Arrays.copyOf(kinds, size * 2);
            starts = Arrays.copyOf(starts, size * 2);
        }
        kinds[size] = kind;
        starts[size] = start;
        size++;
    }

    public int size() {
        return size;
    }

    public TokenKind kind(int index) {
        return kinds[index];
    }

    public int start(int index) {
        return starts[index];
    }

    public int end(int index) {
        return index + 1 < size ? starts[index + 1] : text.length();
    }

    /** The token's own bytes, one char each. */
    public String text(int index) {
        return text.substring(start(index), end(index));
    }

    /** The bytes of the text from one offset to before another. */
    public String between(int from, int to) {
        return text.substring(from, to);
    }
}
