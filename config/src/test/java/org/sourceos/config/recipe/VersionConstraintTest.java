package org.sourceos.config.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionConstraintTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3.24 | 3.24 | true",
                "3.24 | 3.24.1 | true",
                "3.24 | 3.24.10.2 | true",
                "3.24 | 3.240 | false",
                "3.24 | 3.25 | false",
                "3.24 | 3.2 | false",
                "3.24 | 3.24-2 | true",
                "3.24 | 3.24+dfsg | true",
                "3.24 | 3.24~rc1 | false",
                "1.1.1 | 1.1.1w | true",
                "1.1.1w | 1.1.1wa | false",
                "6 | 6.9.8 | true",
                "6 | 60 | false",
                "* | 0~ | true",
                ">=1.2 | 1.2 | true",
                ">=1.2 | 1.10 | true",
                ">=1.2 | 1.1.9 | false",
                ">1.2 | 1.2 | false",
                ">1.2 | 1.2.0 | true",
                "<2 | 2~rc1 | true",
                "<2 | 2 | false",
                "<=2 | 2.0 | false",
                "=2 | 2 | true",
                "=2 | 2.0 | false",
                "!=2 | 2.0 | true",
                ">=1.2, <2 | 1.9 | true",
                ">=1.2, <2 | 2.0 | false",
                ">=1.2,<2,!=1.5 | 1.5 | false",
                "1, >=1.2 | 1.3 | true",
                "1, >=1.2 | 2.3 | false",
            })
    void matches(String constraint, String version, boolean expected) throws Exception {
        assertThat(VersionConstraint.parse(constraint).matches(version)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", ",", "1,", "^1", "~1.2", "~> 1.2", "==1", "=>1", ">=", "1.*", "1.x", "1 2", ">=1 <2", "v 1",
                "-1", "1\n2"
            })
    void refusesWhatIsNoConstraintAndSaysWhatToWrite(String text) {
        assertThatThrownBy(() -> VersionConstraint.parse(text))
                .isInstanceOfSatisfying(
                        VersionConstraint.Malformed.class,
                        e -> assertThat(e.suggestion()).contains("\""));
    }

    @Property(tries = 500)
    void aVersionMatchesItselfAndItsOwnSubversions(@ForAll("versions") String version) throws Exception {
        VersionConstraint constraint = VersionConstraint.parse(version);

        assertThat(constraint.matches(version)).isTrue();
        assertThat(constraint.matches(version + ".1")).isTrue();
        assertThat(VersionConstraint.parse("=" + version).matches(version)).isTrue();
        assertThat(VersionConstraint.parse("!=" + version).matches(version)).isFalse();
    }

    @Property(tries = 1000)
    void anyTextIsReadOrRefused(@ForAll String text) {
        try {
            VersionConstraint.parse(text).matches("1.2");
        } catch (VersionConstraint.Malformed e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @Provide
    Arbitrary<String> versions() {
        return Arbitraries.strings()
                .withChars("0123456789abz.+-_")
                .ofMinLength(1)
                .ofMaxLength(12)
                .map(tail -> "1" + tail);
    }
}
