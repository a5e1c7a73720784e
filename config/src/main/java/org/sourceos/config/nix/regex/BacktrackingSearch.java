package org.sourceos.config.nix.regex;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Follows one path after the other, in the order in which the C++ library does that Nix uses, and takes what it takes. That
 * is not always the longest match: of the numbers of repetitions only the first that leads to a match is looked at, of the
 * branches of an alternative all.
 */
final class BacktrackingSearch {
    /** Steps that a search may take besides those that are in proportion to the text. */
    private static final long FREE_STEPS = 1_000_000;

    private static final long STEPS_PER_BYTE = 64;
    /** Deeper recursion is left to the other search, which needs none. */
    private static final int DEEPEST = 4_000;

    private final Program program;
    private final String text;
    private final Runnable step;
    private final int[] groups;
    /** For each loop, where its body was last entered, and how often there. */
    private final int[] enteredAt;

    private final int[] entered;
    private long stepsLeft;
    private int depth;
    private boolean gaveUp;

    private Search.Want want = Search.Want.ANY;
    private int start;
    private boolean found;
    private int @Nullable [] best;

    BacktrackingSearch(Program program, String text, Runnable step) {
        this.program = program;
        this.text = text;
        this.step = step;
        this.groups = new int[program.groups * 2];
        this.enteredAt = new int[program.size];
        this.entered = new int[program.size];
        this.stepsLeft = FREE_STEPS + STEPS_PER_BYTE * text.length();
    }

    /** Whether a search took so long that its result is worth nothing. */
    boolean gaveUp() {
        return gaveUp;
    }

    int @Nullable [] from(int index, Search.Want wanted) {
        want = wanted;
        start = index;
        found = false;
        best = null;
        Arrays.fill(groups, -1);
        groups[0] = index;
        go(program.start, index);
        return best;
    }

    private void go(int from, int index) {
        if (++depth > DEEPEST) {
            gaveUp = true;
        }
        int state = from;
        int at = index;
        while (state >= 0 && !gaveUp) {
            step.run();
            if (--stepsLeft < 0) {
                gaveUp = true;
            }
            switch (program.kinds[state]) {
                case BYTES -> {
                    boolean matches = at < text.length() && program.sets[state].has(text.charAt(at));
                    state = matches ? program.next[state] : -1;
                    at++;
                }
                case START -> state = at == 0 ? program.next[state] : -1;
                case END -> state = at == text.length() ? program.next[state] : -1;
                case SAVE -> {
                    int group = program.other[state];
                    int before = groups[group];
                    groups[group] = at;
                    go(program.next[state], at);
                    groups[group] = before;
                    state = -1;
                }
                case CHOICE -> {
                    go(program.next[state], at);
                    boolean foundFirst = found;
                    found = false;
                    go(program.other[state], at);
                    found |= foundFirst;
                    state = -1;
                }
                case LOOP -> {
                    repeat(state, at);
                    state = found ? -1 : program.other[state];
                }
                case ACCEPT -> {
                    accept(at);
                    state = -1;
                }
            }
        }
        depth--;
    }

    private void accept(int at) {
        found = switch (want) {
            case ANY -> true;
            case NOT_EMPTY -> at > start;
            case WHOLE -> at == text.length();
        };
        int[] before = best;
        if (found && (before == null || before[1] < at)) {
            best = groups.clone();
            best[1] = at;
        }
    }

    /** The body of a loop once more: at one place of the text at most twice, the second time for the sake of its groups. */
    private void repeat(int loop, int at) {
        int placeBefore = enteredAt[loop];
        int timesBefore = entered[loop];
        if (timesBefore == 0 || placeBefore != at) {
            enteredAt[loop] = at;
            entered[loop] = 1;
        } else if (timesBefore < 2) {
            entered[loop] = 2;
        } else {
            return;
        }
        int body = program.next[loop];
        if (program.kinds[body] == Program.Kind.BYTES && program.next[body] == loop) {
            repeatByte(loop, program.sets[body], at);
        } else {
            go(body, at);
        }
        enteredAt[loop] = placeBefore;
        entered[loop] = timesBefore;
    }

    /** As many bytes of a set as there are, then fewer: what recursion would do, without going deep. */
    private void repeatByte(int loop, ByteSet set, int at) {
        int end = at;
        while (end < text.length() && set.has(text.charAt(end))) {
            step.run();
            end++;
        }
        for (; end > at && !found && !gaveUp; end--) {
            enteredAt[loop] = end - 1;
            entered[loop] = 1;
            go(program.other[loop], end);
        }
    }
}
