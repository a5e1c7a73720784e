package org.sourceos.config.nix.regex;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Follows all paths at once, byte by byte. */
final class ParallelSearch {
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
    private Search.Want want = Search.Want.ANY;
    private int from;
    private int @Nullable [] best;

    ParallelSearch(Program program, String text, Runnable step) {
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

    /** The best match that begins at an index; null when there is none. */
    int @Nullable [] from(int start, Search.Want wanted) {
        best = null;
        want = wanted;
        from = start;
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
            boolean once = program.kinds[state] == Program.Kind.BYTES || program.kinds[state] == Program.Kind.ACCEPT;
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
                    boolean wanted =
                            want == Search.Want.WHOLE ? at == text.length() : want == Search.Want.ANY || at > from;
                    if (wanted) {
                        best = saved.clone();
                        best[1] = at;
                    }
                    return;
                }
            }
        }
    }
}
