package org.sourceos.config.recipe;

import java.util.Comparator;

/**
 * Orders upstream versions as Debian Policy 5.6.12 orders the upstream part: digits by their number, everything else by
 * letters before other characters, {@code ~} before all of them, even before the end. Epochs and revisions mean nothing here.
 *
 * <p>Versions may be equal without being the same text: 1.0 and 1.00.
 */
public enum VersionOrder implements Comparator<String> {
    UPSTREAM;

    @Override
    public int compare(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() || j < b.length()) {
            while (isOther(a, i) || isOther(b, j)) {
                int order = Integer.compare(weight(a, i), weight(b, j));
                if (order != 0) {
                    return order;
                }
                // Equal weights: both are the same character, so both move on.
                i++;
                j++;
            }
            int endA = endOfDigits(a, i);
            int endB = endOfDigits(b, j);
            int order = compareNumbers(a.substring(i, endA), b.substring(j, endB));
            if (order != 0) {
                return order;
            }
            i = endA;
            j = endB;
        }
        return 0;
    }

    private static boolean isOther(String text, int index) {
        return index < text.length() && !isDigit(text.charAt(index));
    }

    /** The end and digits, which end a part, weigh nothing. */
    private static int weight(String text, int index) {
        if (!isOther(text, index)) {
            return 0;
        }
        char c = text.charAt(index);
        if (c == '~') {
            return -1;
        }
        return isLetter(c) ? c : c + Character.MAX_VALUE;
    }

    private static int endOfDigits(String text, int start) {
        int end = start;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /** By length and then by digits, for numbers have no upper bound. */
    private static int compareNumbers(String a, String b) {
        String x = a.replaceFirst("^0+", "");
        String y = b.replaceFirst("^0+", "");
        return x.length() != y.length() ? Integer.compare(x.length(), y.length()) : x.compareTo(y);
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }
}
