package org.sourceos.config.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VersionOrderTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "~~ ~~a ~ EMPTY a",
                "1.0~beta1~svn1245 1.0~beta1 1.0",
                "1.2 1.10",
                "1.0a 1.0b 1.0z 1.0+ 1.0. 1.0.1",
                "9 10",
                "99999999999999999999 100000000000000000000",
                "2.36 2.36+dfsg 2.36.1",
            })
    void ordersAsPolicyDoes(String ascending) {
        String[] versions = ascending.replace("EMPTY", "").split(" ", -1);
        for (int i = 0; i < versions.length; i++) {
            for (int j = 0; j < versions.length; j++) {
                assertThat(Integer.signum(VersionOrder.UPSTREAM.compare(versions[i], versions[j])))
                        .as("%s against %s", versions[i], versions[j])
                        .isEqualTo(Integer.compare(i, j));
            }
        }
    }

    @Property(tries = 2000)
    void isAnOrder(@ForAll("versions") String a, @ForAll("versions") String b, @ForAll("versions") String c) {
        int ab = VersionOrder.UPSTREAM.compare(a, b);
        int bc = VersionOrder.UPSTREAM.compare(b, c);

        assertThat(VersionOrder.UPSTREAM.compare(a, a)).isZero();
        assertThat(Integer.signum(VersionOrder.UPSTREAM.compare(b, a))).isEqualTo(-Integer.signum(ab));
        if (ab <= 0 && bc <= 0) {
            assertThat(VersionOrder.UPSTREAM.compare(a, c)).isLessThanOrEqualTo(0);
        }
    }

    @Property(tries = 100)
    void agreesWithDpkg(@ForAll("versions") String a, @ForAll("versions") String b) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/dpkg")), "dpkg is not installed");
        int order = VersionOrder.UPSTREAM.compare("1" + a, "1" + b);
        String relation = order < 0 ? "lt" : order > 0 ? "gt" : "eq";

        // A revision of 1 keeps a hyphen in the version from being taken for the revision's.
        Process dpkg = new ProcessBuilder(
                        "/usr/bin/dpkg", "--compare-versions", "1" + a + "-1", relation, "1" + b + "-1")
                .redirectErrorStream(true)
                .start();
        assertThat(dpkg.waitFor()).as("dpkg: 1%s %s 1%s", a, relation, b).isZero();
    }

    @Provide
    Arbitrary<String> versions() {
        return Arbitraries.strings().withChars("0012aZ.+-~").ofMaxLength(8);
    }
}
