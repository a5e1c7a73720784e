package org.sourceos.config.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sourceos.config.debian.Relations.Relation;

class RelationsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "libc6 (>= 2.36), python3:any (<< 3.12) | python3.11",
                "debhelper-compat (= 13), gcc-12 [amd64 arm64] <!nocheck> <cross !stage1>",
                "default-mta | mail-transport-agent",
                "libfoo (= 2:1.0~rc1-1+b2)",
                "valgrind [!armel !mips] <!nocheck>",
                "old (< 1)"
            })
    void printsBackWhatItRead(String text) {
        assertThat(Relations.parse(text).print()).isEqualTo(text);
    }

    @Test
    void readsWhatIsFoldedAndCrowded() {
        assertThat(Relations.parse("\n a(>=1)[amd64]<!x>,\n b\n | c:native ,, d,")
                        .print())
                .isEqualTo("a (>= 1) [amd64] <!x>, b | c:native, d");
    }

    @ParameterizedTest
    @CsvSource({
        "'<< 2',1,true",
        "'<< 2',2,false",
        "'>= 1:1',5,false",
        "'= 1.0',1.00,true",
        "'> 1',1,true",
        "'>> 1',1,false"
    })
    void constrainsVersions(String constraint, String version, boolean holds) {
        Relation relation = Relations.parse("x (" + constraint + ")")
                .clauses()
                .get(0)
                .alternatives()
                .get(0);
        assertThat(relation.constraint().orElseThrow().holdsFor(version)).isEqualTo(holds);
    }

    @ParameterizedTest
    @CsvSource({
        "'a [amd64]',true",
        "'a [arm64]',false",
        "'a [!amd64]',false",
        "'a [linux-any]',true",
        "'a <!nocheck>',true",
        "'a <cross>',false",
        "a,true"
    })
    void countsForAnArchitectureAndNoProfile(String text, boolean applies) {
        Relation relation =
                Relations.parse(text).clauses().get(0).alternatives().get(0);
        assertThat(relation.appliesTo("amd64")).isEqualTo(applies);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a (1)", "a (>= )", "a [amd64", "a <x", "a ||| b", "(>= 1)", "a (>= 1) (<< 2)"})
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> Relations.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a relation to a package");
    }

    @Test
    void isEmptyWhereNothingIsSaid() {
        assertThat(Relations.parse(" ,\n ").clauses()).isEqualTo(List.of());
    }
}
