package org.sourceos.importer.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sourceos.config.debian.Deb822;
import org.sourceos.host.Cancellation;
import org.sourceos.importer.plan.SourcePlan.Extent;

/**
 * Malformed {@code Packages} and {@code Sources}: what can be used of them makes a plan, and the rest is left out. {@code
 * -Dfuzz.inputs=n} tries more, each by its own seed.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class PackageIndexFuzzTest {
    private static final int INPUTS = Integer.getInteger("fuzz.inputs", 5_000);
    private static final List<String> NAMES = List.of("a", "b", "c", "libc6", "dev", "x:any", "A", "", "..", "a b");
    private static final List<String> VALUES = List.of(
            "a (>= 1) | b [amd64] <!x>, ${c}",
            "a, b, c, dev",
            "(",
            "a (>= ",
            "b [!amd64 i386] <!nocheck> <stage1>",
            "1:1~rc1-2",
            "-",
            ":",
            "999999999999999999999",
            "yes",
            "required",
            "\n 0123 1048576 a.tar.xz\n 0 -1 x\n 1 9999999999999 y",
            "\0\u00ff",
            "c (1-1)",
            "a|".repeat(50),
            "(".repeat(200));

    private static final List<String> FIELDS = List.of(
            "Version",
            "Source",
            "Depends",
            "Pre-Depends",
            "Provides",
            "Build-Depends",
            "Build-Depends-Arch",
            "Installed-Size",
            "Priority",
            "Essential",
            "Files",
            "Checksums-Sha256",
            "Extra-Source-Only",
            " continued",
            "");

    private static <T> T one(List<T> of, Random random) {
        return of.get(random.nextInt(of.size()));
    }

    private static String paragraphs(Random random) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(12); n >= 0; n--) {
            text.append("Package: ").append(one(NAMES, random)).append('\n');
            if (random.nextInt(4) != 0) {
                text.append("Version: ").append(random.nextInt(3)).append("-1\n");
            }
            for (int fields = random.nextInt(8); fields > 0; fields--) {
                text.append(one(FIELDS, random))
                        .append(random.nextInt(8) == 0 ? "" : ": ")
                        .append(one(VALUES, random))
                        .append('\n');
            }
            text.append(random.nextInt(8) == 0 ? "" : "\n");
        }
        for (int n = random.nextInt(4); n > 0; n--) {
            text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(256));
        }
        return text.substring(0, random.nextInt(5) == 0 ? random.nextInt(text.length()) : text.length());
    }

    @Test
    void malformedListsMakeAPlanOfWhatCanBeUsed() {
        int planned = 0;
        for (int seed = 0; seed < INPUTS; seed++) {
            Random random = new Random(seed);
            PackageIndex index = new PackageIndex("amd64");
            try {
                index.addPackages(Deb822.lines(paragraphs(random)));
                index.addSources(Deb822.lines(paragraphs(random)));
                List<String> names = Stream.concat(index.binaryNames().stream(), NAMES.stream())
                        .filter(name -> index.sourceOf(name).isPresent())
                        .distinct()
                        .toList();
                SourcePlan plan =
                        SourcePlan.of(index, names, one(List.of(Extent.values()), random), new Cancellation());
                assertThat(plan.order()).doesNotHaveDuplicates();
                assertThat(plan.estimate().disk()).isNotNegative();
                assertThat(index.installedKib(names, List.of())).isNotNegative();
                planned += plan.order().isEmpty() ? 0 : 1;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertThat(planned).isBetween(INPUTS / 10, INPUTS - 1);
    }
}
