package org.sourceos.config.nix.regex;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A POSIX extended regular expression over bytes, one per char. The longest of the leftmost matches wins; of equally long
 * ones the one that prefers earlier alternatives and more repetitions, as the C++ library does that Nix uses, to the letter
 * ({@link BacktrackingSearch}). Where that would take too long, all paths are followed at once ({@link ParallelSearch}), so
 * that time is at most the pattern's size times the text's length, whatever the pattern.
 */
public final class PosixRegex {
    private final Program program;

    private PosixRegex(Program program) {
        this.program = program;
    }

    public static PosixRegex compile(String pattern) throws RegexSyntaxException {
        PatternParser parser = new PatternParser(pattern);
        Node tree = parser.parse();
        Program program = new Program();
        program.groups = parser.groups() + 1;
        int accept = program.add(Program.Kind.ACCEPT, -1, -1, ByteSet.NONE);
        program.start = emit(program, tree, accept);
        return new PosixRegex(program);
    }

    /** The state that matches a node and goes on to {@code next}. */
    private static int emit(Program program, Node node, int next) throws RegexSyntaxException {
        if (node instanceof Node.Bytes bytes) {
            return program.add(Program.Kind.BYTES, next, -1, bytes.set());
        }
        if (node instanceof Node.Start) {
            return program.add(Program.Kind.START, next, -1, ByteSet.NONE);
        }
        if (node instanceof Node.End) {
            return program.add(Program.Kind.END, next, -1, ByteSet.NONE);
        }
        if (node instanceof Node.Sequence sequence) {
            int state = next;
            for (int i = sequence.parts().size() - 1; i >= 0; i--) {
                state = emit(program, sequence.parts().get(i), state);
            }
            return state;
        }
        if (node instanceof Node.Choice choice) {
            int last = choice.branches().size() - 1;
            int state = emit(program, choice.branches().get(last), next);
            for (int i = last - 1; i >= 0; i--) {
                int branch = emit(program, choice.branches().get(i), next);
                state = program.add(Program.Kind.CHOICE, branch, state, ByteSet.NONE);
            }
            return state;
        }
        if (node instanceof Node.Group group) {
            int close = program.add(Program.Kind.SAVE, next, 2 * group.index() + 1, ByteSet.NONE);
            int inner = emit(program, group.inner(), close);
            return program.add(Program.Kind.SAVE, inner, 2 * group.index(), ByteSet.NONE);
        }
        return emitRepeat(program, (Node.Repeat) node, next);
    }

    private static int emitRepeat(Program program, Node.Repeat repeat, int next) throws RegexSyntaxException {
        if (repeat.most() < 0) {
            int loop = program.add(Program.Kind.LOOP, -1, next, ByteSet.NONE);
            int body = emit(program, repeat.inner(), loop);
            program.next[loop] = body;
            // "One or more" enters at the body, and the loop comes after it.
            return repeat.least() > 0 ? body : loop;
        }
        int state = next;
        for (int i = 0; i < repeat.most(); i++) {
            int body = emit(program, repeat.inner(), state);
            state = program.add(Program.Kind.LOOP, body, next, ByteSet.NONE);
        }
        return state;
    }

    /**
     * Where the groups are when the whole text matches: start and end of each, −1 where it took no part; the whole first.
     *
     * @param step called now and then; may throw to end the search
     */
    public Optional<int[]> match(String text, Runnable step) {
        return Optional.ofNullable(new Search(program, text, step).from(0, Search.Want.WHOLE));
    }

    /** All matches from left to right, none overlapping another; an empty one is not taken right after another match. */
    public List<int[]> findAll(String text, Runnable step) {
        List<int[]> all = new ArrayList<>();
        Search search = new Search(program, text, step);
        int at = 0;
        boolean afterEmpty = false;
        while (at <= text.length()) {
            int[] found = null;
            if (afterEmpty) {
                // After an empty match something longer at the same place is tried first, then one place further.
                found = search.from(at, Search.Want.NOT_EMPTY);
                if (found == null) {
                    at++;
                }
            }
            for (; found == null && at <= text.length(); at++) {
                found = search.from(at, Search.Want.ANY);
            }
            if (found == null) {
                break;
            }
            all.add(found);
            at = found[1];
            afterEmpty = found[0] == found[1];
        }
        return all;
    }
}
