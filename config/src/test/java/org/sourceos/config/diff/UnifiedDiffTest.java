package org.sourceos.config.diff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class UnifiedDiffTest {
    private static final Pattern HUNK = Pattern.compile("@@ -(\\d+)(?:,(\\d+))? \\+(\\d+)(?:,(\\d+))? @@");

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> lines = Arbitraries.of("a", "b", "c", "d", "{", "}", "")
                .list()
                .ofMaxSize(40)
                .map(parts -> String.join("\n", parts));
        return lines;
    }

    /** What patch(1) does, strictly: every line that stays or goes must be where the hunk says. */
    private static String patched(String before, String diff) {
        List<String> old = split(before);
        List<String> young = new ArrayList<>();
        int at = 0;
        List<String> lines = split(diff);
        for (int i = 2; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean unfinished = i + 1 < lines.size() && lines.get(i + 1).startsWith("\\");
            String text = unfinished ? line.substring(1, line.length() - 1) : line.substring(1);
            Matcher hunk = HUNK.matcher(line.strip());
            if (hunk.matches()) {
                boolean empty = "0".equals(hunk.group(2));
                int start = Integer.parseInt(hunk.group(1)) - (empty ? 0 : 1);
                while (at < start) {
                    young.add(old.get(at++));
                }
            } else if (line.startsWith("+")) {
                young.add(text);
            } else if (line.startsWith(" ") || line.startsWith("-")) {
                assertThat(text).isEqualTo(old.get(at++));
                if (line.startsWith(" ")) {
                    young.add(text);
                }
            }
        }
        while (at < old.size()) {
            young.add(old.get(at++));
        }
        return String.join("", young);
    }

    private static List<String> split(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split("(?<=\n)"));
    }

    @Property(tries = 3000)
    void theFirstTextPatchedIsTheSecond(@ForAll("texts") String before, @ForAll("texts") String after) {
        String diff = UnifiedDiff.of("x", before, after);
        assertThat(diff.isEmpty()).isEqualTo(before.equals(after));
        assertThat(patched(before, diff)).isEqualTo(after);
    }

    @Test
    void writesHunksAsDiffDoes() {
        String before = numbers(1, 30);
        String after = before.replace("\n9\n", "\nnine\n").replace("\n20\n", "\n20\n20a\n");
        assertThat(UnifiedDiff.of("dir/n", before, after))
                .isEqualTo("--- dir/n\n+++ dir/n\n"
                        + "@@ -6,7 +6,7 @@\n 6\n 7\n 8\n-9\n+nine\n 10\n 11\n 12\n"
                        + "@@ -18,6 +18,7 @@\n 18\n 19\n 20\n+20a\n 21\n 22\n 23\n");
        assertThat(UnifiedDiff.of("n", "a", "b\n"))
                .isEqualTo("--- n\n+++ n\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n");
        assertThat(UnifiedDiff.of("n", "", "b\n")).isEqualTo("--- n\n+++ n\n@@ -0,0 +1 @@\n+b\n");
    }

    @Test
    void findsFewChangesInLongTexts() {
        String before = numbers(1, 60_000);
        String after =
                before.replace("\n7\n", "\nseven\n").replace("\n30000\n", "\n").replace("\n59999\n", "\n-\n");
        String diff = UnifiedDiff.of("n", before, after);
        assertThat(diff.lines().filter(line -> line.startsWith("-") || line.startsWith("+")))
                .containsExactly("--- n", "+++ n", "-7", "+seven", "-30000", "-59999", "+-");
        assertThat(patched(before, diff)).isEqualTo(after);
    }

    @Test
    void aLongTextThatIsAllNewIsOneHunk() {
        String before = numbers(1, 5_000);
        String after = numbers(5_001, 10_000);
        assertThat(patched(before, UnifiedDiff.of("n", before, after))).isEqualTo(after);
    }

    private static String numbers(int from, int to) {
        StringBuilder text = new StringBuilder();
        IntStream.rangeClosed(from, to).forEach(i -> text.append(i).append('\n'));
        return text.toString();
    }
}
