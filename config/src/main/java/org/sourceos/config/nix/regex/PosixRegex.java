package org.sourceos.config.nix.regex;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A POSIX extended regular expression over bytes, one per char. The longest of the leftmost matches wins; of equally long
 * ones the one that prefers earlier alternatives and more repetitions, as the C++ library does that Nix uses. All paths are
 * followed at once, so that time is the pattern's size times the text's length, whatever the pattern.
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
        int state = next;
        int copies = repeat.least();
        if (repeat.most() < 0) {
            int loop = program.add(Program.Kind.LOOP, -1, next, ByteSet.NONE);
            int body = emit(program, repeat.inner(), loop);
            program.next[loop] = body;
            // "One or more" enters at the body, and the loop comes after it.
            state = repeat.least() > 0 ? body : loop;
            copies = repeat.least() - 1;
        } else {
            for (int i = repeat.least(); i < repeat.most(); i++) {
                int body = emit(program, repeat.inner(), state);
                state = program.add(Program.Kind.CHOICE, body, next, ByteSet.NONE);
            }
        }
        for (int i = 0; i < copies; i++) {
            state = emit(program, repeat.inner(), state);
        }
        return state;
    }

    /**
     * Where the groups are when the whole text matches: start and end of each, −1 where it took no part; the whole first.
     *
     * @param step called now and then; may throw to end the search
     */
    public Optional<int[]> match(String text, Runnable step) {
        return Optional.ofNullable(new Run(program, text, step).from(0, true));
    }

    /** All matches from left to right, none overlapping another; an empty one is not taken right after another match. */
    public List<int[]> findAll(String text, Runnable step) {
        List<int[]> all = new ArrayList<>();
        Run run = new Run(program, text, step);
        int at = 0;
        boolean afterEmpty = false;
        while (at <= text.length()) {
            int[] found = null;
            if (afterEmpty) {
                // After an empty match something longer at the same place is tried first, then one place further.
                found = run.from(at, false);
                if (found != null && found[1] == found[0]) {
                    found = null;
                }
                if (found == null) {
                    at++;
                }
            }
            for (; found == null && at <= text.length(); at++) {
                found = run.from(at, false);
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

    /** One text being searched. */
    private static final class Run {
        private final Program program;
        private final String text;
        private final Runnable step;
        private final int[] visits;
        private final int[] visitedAt;
        private final int[] states;
        private final int[][] captures;
        private final int[] nextStates;
        private final int[][] nextCaptures;
        private int count;
        private int generation;
        private boolean wantEnd;
        private int @Nullable [] best;

        Run(Program program, String text, Runnable step) {
            this.program = program;
            this.text = text;
            this.step = step;
            visits = new int[program.size];
            visitedAt = new int[program.size];
            states = new int[program.size];
            nextStates = new int[program.size];
            captures = new int[program.size][0];
            nextCaptures = new int[program.size][0];
        }

        int @Nullable [] from(int start, boolean whole) {
            best = null;
            wantEnd = whole;
            int[] groups = new int[program.groups * 2];
            Arrays.fill(groups, -1);
            groups[0] = start;
            generation++;
            count = 0;
            int[] current = states;
            int[][] currentCaptures = captures;
            int[] next = nextStates;
            int[][] following = nextCaptures;
            follow(program.start, start, groups, current, currentCaptures);
            int size = count;
            for (int at = start; size > 0 && at < text.length(); at++) {
                generation++;
                count = 0;
                char c = text.charAt(at);
                for (int i = 0; i < size; i++) {
                    step.run();
                    int state = current[i];
                    if (program.sets[state].has(c)) {
                        follow(program.next[state], at + 1, currentCaptures[i], next, following);
                    }
                }
                size = count;
                int[] swap = current;
                current = next;
                next = swap;
                int[][] swapped = currentCaptures;
                currentCaptures = following;
                following = swapped;
            }
            return best;
        }

        /** Goes on from a state until a byte must be read; earlier paths to a state are the better ones. */
        private void follow(int from, int at, int[] groups, int[] list, int[][] lists) {
            int state = from;
            int[] saved = groups;
            while (true) {
                if (visitedAt[state] != generation) {
                    visitedAt[state] = generation;
                    visits[state] = 0;
                }
                // A loop's body may match nothing once more, which sets its groups: so what reads no byte is passed
                // twice. What reads one needs only the first, and best, path to it.
                boolean once =
                        program.kinds[state] == Program.Kind.BYTES || program.kinds[state] == Program.Kind.ACCEPT;
                if (++visits[state] > (once ? 1 : 2)) {
                    return;
                }
                switch (program.kinds[state]) {
                    case BYTES -> {
                        list[count] = state;
                        lists[count] = saved;
                        count++;
                        return;
                    }
                    case CHOICE, LOOP -> {
                        follow(program.next[state], at, saved, list, lists);
                        state = program.other[state];
                    }
                    case SAVE -> {
                        saved = saved.clone();
                        saved[program.other[state]] = at;
                        state = program.next[state];
                    }
                    case START -> {
                        if (at != 0) {
                            return;
                        }
                        state = program.next[state];
                    }
                    case END -> {
                        if (at != text.length()) {
                            return;
                        }
                        state = program.next[state];
                    }
                    case ACCEPT -> {
                        if (!wantEnd || at == text.length()) {
                            best = saved.clone();
                            best[1] = at;
                        }
                        return;
                    }
                }
            }
        }
    }
}
