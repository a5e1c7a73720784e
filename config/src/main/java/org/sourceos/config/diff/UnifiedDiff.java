package org.sourceos.config.diff;

import java.util.ArrayList;
import java.util.List;

/** The difference of two texts as {@code diff -u} writes it and {@code patch -p0} reads it. */
public final class UnifiedDiff {
    private static final int CONTEXT = 3;

    private final List<Line> lines;

    /** A line of one of the texts or, when it is in both, of both. */
    private record Line(char sign, String text, int before, int after) {}

    private UnifiedDiff(List<Line> lines) {
        this.lines = lines;
    }

    /** Empty when the texts are the same. */
    public static String of(String name, String before, String after) {
        List<String> old = lines(before);
        List<String> young = lines(after);
        String hunks = new UnifiedDiff(merged(old, young)).hunks();
        return hunks.isEmpty() ? "" : "--- " + name + "\n+++ " + name + "\n" + hunks;
    }

    /** With their line ends. */
    private static List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf('\n', start);
            int next = end < 0 ? text.length() : end + 1;
            lines.add(text.substring(start, next));
            start = next;
        }
        return lines;
    }

    private static List<Line> merged(List<String> before, List<String> after) {
        int[] partners = LineDiff.partners(before, after);
        List<Line> lines = new ArrayList<>();
        int j = 0;
        for (int i = 0; i < before.size(); i++) {
            if (partners[i] < 0) {
                lines.add(new Line('-', before.get(i), i, j));
                continue;
            }
            for (; j < partners[i]; j++) {
                lines.add(new Line('+', after.get(j), i, j));
            }
            lines.add(new Line(' ', before.get(i), i, j));
            j++;
        }
        for (; j < after.size(); j++) {
            lines.add(new Line('+', after.get(j), before.size(), j));
        }
        return lines;
    }

    private String hunks() {
        StringBuilder out = new StringBuilder();
        int at = nextChange(0);
        while (at < lines.size()) {
            int from = Math.max(0, at - CONTEXT);
            int end = at;
            // Changes whose contexts touch are one hunk.
            while (at < lines.size() && at <= end + 2 * CONTEXT + 1) {
                end = at;
                at = nextChange(at + 1);
            }
            hunk(out, lines.subList(from, Math.min(lines.size(), end + 1 + CONTEXT)));
        }
        return out.toString();
    }

    private int nextChange(int from) {
        int at = from;
        while (at < lines.size() && lines.get(at).sign == ' ') {
            at++;
        }
        return at;
    }

    private static void hunk(StringBuilder out, List<Line> hunk) {
        long before = hunk.stream().filter(line -> line.sign != '+').count();
        long after = hunk.stream().filter(line -> line.sign != '-').count();
        out.append("@@ -").append(range(hunk.get(0).before, before));
        out.append(" +").append(range(hunk.get(0).after, after)).append(" @@\n");
        for (Line line : hunk) {
            out.append(line.sign).append(line.text);
            if (!line.text.endsWith("\n")) {
                out.append("\n\\ No newline at end of file\n");
            }
        }
    }

    /** A stretch of no lines is named by the line before it. */
    private static String range(int start, long count) {
        return (count == 0 ? start : start + 1) + (count == 1 ? "" : "," + count);
    }
}
