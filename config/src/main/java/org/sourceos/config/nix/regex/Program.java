package org.sourceos.config.nix.regex;

import java.util.Arrays;

/** The states of a nondeterministic machine, built backwards from the accepting one. */
final class Program {
    /** More states than this are refused, however small the text of the pattern. */
    private static final int MOST_STATES = 100_000;

    enum Kind {
        /** Consumes a byte of the set. */
        BYTES,
        /** Goes to {@link #next}, or to {@link #other} if that fails to be better. */
        CHOICE,
        /** As a choice, of a loop: its body is {@link #next}. */
        LOOP,
        SAVE,
        START,
        END,
        ACCEPT
    }

    Kind[] kinds = new Kind[32];
    int[] next = new int[32];
    int[] other = new int[32];
    ByteSet[] sets = new ByteSet[32];
    int size;
    int start;
    int groups;

    int add(Kind kind, int to, int otherTo, ByteSet set) throws RegexSyntaxException {
        if (size >= MOST_STATES) {
            throw new RegexSyntaxException("the pattern needs more than " + MOST_STATES + " states", true);
        }
        if (size == kinds.length) {
            kinds = Arrays.copyOf(kinds, size * 2);
            next = Arrays.copyOf(next, size * 2);
            other = Arrays.copyOf(other, size * 2);
            sets = Arrays.copyOf(sets, size * 2);
        }
        kinds[size] = kind;
        next[size] = to;
        other[size] = otherTo;
        sets[size] = set;
        return size++;
    }
}
