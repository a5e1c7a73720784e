package org.sourceos.config.diff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which lines of two texts are the same. Lines that each text has once are matched first, as people would; between them, the
 * longest common subsequence. Stretches that are too long for that, and have no such line, count as changed throughout.
 */
final class LineDiff {
    /** The square of lines that is compared in full: a few megabytes. */
    private static final int MOST_CELLS = 1_000_000;

    private static final int NONE = -1;

    private final List<String> before;
    private final List<String> after;
    private final int[] partners;

    private LineDiff(List<String> before, List<String> after) {
        this.before = before;
        this.after = after;
        this.partners = new int[before.size()];
        Arrays.fill(partners, NONE);
    }

    /** For each line of the first text the index of its line in the second, or a negative number; in increasing order. */
    static int[] partners(List<String> before, List<String> after) {
        LineDiff diff = new LineDiff(before, after);
        diff.match(0, before.size(), 0, after.size());
        return diff.partners;
    }

    private void match(int from, int to, int afterFrom, int afterTo) {
        int i = from;
        int j = afterFrom;
        while (i < to && j < afterTo && before.get(i).equals(after.get(j))) {
            partners[i++] = j++;
        }
        int end = to;
        int afterEnd = afterTo;
        while (end > i && afterEnd > j && before.get(end - 1).equals(after.get(afterEnd - 1))) {
            partners[--end] = --afterEnd;
        }
        if (i == end || j == afterEnd) {
            return;
        }
        if ((long) (end - i + 1) * (afterEnd - j + 1) <= MOST_CELLS) {
            matchLongest(i, end, j, afterEnd);
            return;
        }
        List<int[]> anchors = increasing(uniqueInBoth(i, end, j, afterEnd));
        if (anchors.isEmpty()) {
            return;
        }
        for (int[] anchor : anchors) {
            match(i, anchor[0], j, anchor[1]);
            partners[anchor[0]] = anchor[1];
            i = anchor[0] + 1;
            j = anchor[1] + 1;
        }
        match(i, end, j, afterEnd);
    }

    /** The longest common subsequence, by the table that every textbook has. */
    private void matchLongest(int from, int to, int afterFrom, int afterTo) {
        int height = to - from;
        int width = afterTo - afterFrom;
        int[][] longest = new int[height + 1][width + 1];
        for (int i = height - 1; i >= 0; i--) {
            for (int j = width - 1; j >= 0; j--) {
                longest[i][j] = before.get(from + i).equals(after.get(afterFrom + j))
                        ? longest[i + 1][j + 1] + 1
                        : Math.max(longest[i + 1][j], longest[i][j + 1]);
            }
        }
        int i = 0;
        int j = 0;
        while (i < height && j < width) {
            if (before.get(from + i).equals(after.get(afterFrom + j))) {
                partners[from + i++] = afterFrom + j++;
            } else if (longest[i + 1][j] >= longest[i][j + 1]) {
                i++;
            } else {
                j++;
            }
        }
    }

    /** Pairs of places of lines that each of the stretches has once, in the order of the first. */
    private List<int[]> uniqueInBoth(int from, int to, int afterFrom, int afterTo) {
        Map<String, Integer> places = places(before, from, to);
        Map<String, Integer> afterPlaces = places(after, afterFrom, afterTo);
        List<int[]> pairs = new ArrayList<>();
        for (int i = from; i < to; i++) {
            int place = places.getOrDefault(before.get(i), NONE);
            int afterPlace = afterPlaces.getOrDefault(before.get(i), NONE);
            if (place == i && afterPlace != NONE) {
                pairs.add(new int[] {i, afterPlace});
            }
        }
        return pairs;
    }

    /** Where lines are, or {@link #NONE} for those that are there more than once. */
    private static Map<String, Integer> places(List<String> lines, int from, int to) {
        Map<String, Integer> places = new HashMap<>();
        for (int i = from; i < to; i++) {
            places.merge(lines.get(i), i, (first, second) -> NONE);
        }
        return places;
    }

    /** The longest choice of pairs whose second places increase too. */
    private static List<int[]> increasing(List<int[]> pairs) {
        int[] tails = new int[pairs.size()];
        int[] previous = new int[pairs.size()];
        int length = 0;
        for (int i = 0; i < pairs.size(); i++) {
            int low = 0;
            int high = length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (pairs.get(tails[middle])[1] < pairs.get(i)[1]) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            previous[i] = low > 0 ? tails[low - 1] : NONE;
            tails[low] = i;
            length = Math.max(length, low + 1);
        }
        List<int[]> chosen = new ArrayList<>();
        for (int i = length > 0 ? tails[length - 1] : NONE; i != NONE; i = previous[i]) {
            chosen.add(pairs.get(i));
        }
        Collections.reverse(chosen);
        return chosen;
    }
}
