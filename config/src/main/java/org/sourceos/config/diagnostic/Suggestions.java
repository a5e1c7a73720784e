package org.sourceos.config.diagnostic;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the word that was meant. Near is a Damerau-Levenshtein distance (insertions, deletions, changes and swaps of
 * neighbours, each letter touched once) of at most a third of the longer word; case, {@code -} and {@code _} do not count.
 */
public final class Suggestions {
    /** Nobody mistypes a word this long, and the distance costs the product of the lengths. */
    private static final int LONGEST = 100;

    /** So many letters of a word's beginning are taken for the word. */
    private static final int SHORTEST_PREFIX = 3;

    private Suggestions() {}

    /** The candidate nearest to {@code word}, the alphabetically first of equals; empty when none is near. */
    public static Optional<String> nearest(String word, Collection<String> candidates) {
        if (word.isEmpty() || word.length() > LONGEST) {
            return Optional.empty();
        }
        String plain = plain(word);
        Optional<String> near = candidates.stream()
                .filter(candidate -> distance(plain, plain(candidate)) <= threshold(word, candidate))
                .min(Comparator.<String>comparingInt(candidate -> distance(plain, plain(candidate)))
                        .thenComparingInt(candidate -> distance(word, candidate))
                        .thenComparing(Comparator.naturalOrder()));
        return near.or(() -> onlyBeginningWith(plain, candidates));
    }

    /** {@code did you mean "devices"?}, for a message's suggestion. */
    public static Optional<String> didYouMean(String word, Collection<String> candidates) {
        return nearest(word, candidates).map(near -> "did you mean " + Quoted.of(near) + "?");
    }

    private static Optional<String> onlyBeginningWith(String plain, Collection<String> candidates) {
        if (plain.length() < SHORTEST_PREFIX) {
            return Optional.empty();
        }
        List<String> longer = candidates.stream()
                .filter(candidate -> plain(candidate).startsWith(plain))
                .distinct()
                .toList();
        return longer.size() == 1 ? Optional.of(longer.get(0)) : Optional.empty();
    }

    private static int threshold(String word, String candidate) {
        int longer = Math.max(word.length(), candidate.length());
        return longer > LONGEST ? -1 : longer == 1 ? 0 : Math.max(1, longer / 3);
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(last[j], row[j - 1]) + 1, last[j - 1] + change);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            beforeLast = last;
            last = row;
        }
        return last[b.length()];
    }
}
