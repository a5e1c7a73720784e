package org.sourceos.config.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DebianVersionTest {
    private static final int PAIRS = 4000;

    @Test
    void ordersAsPolicySays() {
        List<String> inOrder = List.of(
                "1.0~~",
                "1.0~~a",
                "1.0~",
                "1.0~rc1-1",
                "1.0",
                "1.0-1~bpo12+1",
                "1.0-1",
                "1.0-1+deb12u1",
                "1.0-1+deb12u2",
                "1.0-1+deb12u10",
                "1.0-1.1",
                "1.0-2",
                "1.0a",
                "1.0+dfsg-1",
                "1.9-1",
                "1.10-1",
                "6.1.192-2",
                "1:0.1-1",
                "2:0.1");
        List<String> shuffled = new ArrayList<>(inOrder);
        Collections.shuffle(shuffled, new Random(7));
        shuffled.sort(DebianVersion.ORDER);
        assertThat(shuffled).isEqualTo(inOrder);
    }

    @ParameterizedTest
    @CsvSource({
        "1.0,0,1.0,0",
        "2:1.0-3,2,1.0,3",
        "1-2-3,0,1-2,3",
        "1:a:b-1,1,a:b,1",
        "0:0,0,0,0",
        "1.0+really0.9-1,0,1.0+really0.9,1"
    })
    void hasThreeParts(String text, String epoch, String upstream, String revision) {
        DebianVersion version = DebianVersion.parse(text).orElseThrow();
        assertThat(List.of(version.epoch(), version.upstream(), version.revision()))
                .containsExactly(epoch, upstream, revision);
        assertThat(version).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "1:", "x:1", "1.0-", "1.0_2", "99999999999:1", "1.0-1\n"})
    void refusesWhatIsNone(String text) {
        assertThat(DebianVersion.parse(text)).isEmpty();
    }

    /** The pairs go to one shell, because a process for each would take minutes. */
    @Test
    void agreesWithDpkgOnThousandsOfPairs(@TempDir Path folder) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/dpkg")), "there is no dpkg here to compare with");
        Random random = new Random(20260101);
        List<String[]> pairs = new ArrayList<>();
        StringBuilder script = new StringBuilder();
        while (pairs.size() < PAIRS) {
            String a = version(random);
            String b = random.nextInt(3) == 0 ? version(random) : changed(a, random);
            if (DebianVersion.parse(a).isPresent() && DebianVersion.parse(b).isPresent()) {
                pairs.add(new String[] {a, b});
                script.append("if dpkg --compare-versions '%s' lt '%s'; then echo -1; ".formatted(a, b))
                        .append("elif dpkg --compare-versions '%s' eq '%s'; then echo 0; else echo 1; fi\n"
                                .formatted(a, b));
            }
        }
        List<String> answers = shell(folder, script.toString());
        assertThat(answers).hasSize(PAIRS);
        for (int i = 0; i < PAIRS; i++) {
            String[] pair = pairs.get(i);
            int ours = Integer.signum(new DebianVersion(pair[0]).compareTo(new DebianVersion(pair[1])));
            assertThat(ours).as(pair[0] + " and " + pair[1]).isEqualTo(Integer.parseInt(answers.get(i)));
        }
        assertThat(answers).contains("-1", "0", "1");
    }

    private static List<String> shell(Path folder, String text) throws IOException, InterruptedException {
        Path script = Files.writeString(folder.resolve("script"), text);
        Path answers = folder.resolve("answers");
        Process shell = new ProcessBuilder("sh", script.toString())
                .redirectOutput(answers.toFile())
                .redirectError(folder.resolve("errors").toFile())
                .start();
        assertThat(shell.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return Files.readAllLines(answers, StandardCharsets.US_ASCII);
    }

    private static String version(Random random) {
        StringBuilder version = new StringBuilder();
        if (random.nextInt(4) == 0) {
            version.append(random.nextInt(3)).append(':');
        }
        version.append(random.nextInt(3));
        part(version, random, "0019.~+abZ-");
        if (random.nextBoolean()) {
            version.append('-').append(random.nextInt(3));
            part(version, random, "0019.~+abZ");
        }
        return version.toString();
    }

    private static void part(StringBuilder version, Random random, String characters) {
        for (int i = random.nextInt(6); i > 0; i--) {
            version.append(characters.charAt(random.nextInt(characters.length())));
        }
    }

    private static String changed(String version, Random random) {
        StringBuilder changed = new StringBuilder(version);
        int at = random.nextInt(version.length());
        String characters = "0019.~+abZ";
        char c = characters.charAt(random.nextInt(characters.length()));
        return switch (random.nextInt(3)) {
            case 0 -> changed.insert(at, c).toString();
            case 1 -> changed.deleteCharAt(at).toString();
            default -> changed.append(c).toString();
        };
    }
}
