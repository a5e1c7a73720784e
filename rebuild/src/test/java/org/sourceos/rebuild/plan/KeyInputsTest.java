package org.sourceos.rebuild.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class KeyInputsTest {
    private static KeyInputs inputs(String... pairs) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            values.put(pairs[i], pairs[i + 1]);
        }
        return new KeyInputs(values);
    }

    @Test
    void hasTheKeyThatTheEncodingSays() {
        // printf 'sourceos-key-1\0\0\0\0\1\0\0\0\1a\0\0\0\2bc' | sha256sum
        assertThat(inputs("a", "bc").key().hex())
                .isEqualTo("c11cb5a782de81732b0ced8a3c878d7721a44de21b438c4e6006471d185a44c1");
    }

    @Test
    void tellsListsApartThatLookAlikeWhenJoined() {
        assertThat(inputs("a", "bc").key()).isNotEqualTo(inputs("ab", "c").key());
        assertThat(inputs("a", "", "b", "c").key())
                .isNotEqualTo(inputs("a", "b", "c", "").key());
        assertThat(inputs("a", "1", "b", "2").key())
                .isNotEqualTo(inputs("b", "2", "a", "1").key());
    }

    @Property(tries = 200)
    void isTheSameAfterPrintingAndReading(@ForAll Map<String, String> values) {
        KeyInputs inputs = new KeyInputs(values);
        assertThat(KeyInputs.parse(inputs.print()).map(KeyInputs::values)).contains(inputs.values());
    }

    @Property(tries = 300)
    void readsAnyText(@ForAll String text) {
        assertThat(KeyInputs.parse(text)).isNotNull();
    }

    @Test
    void saysWhatChanged() {
        assertThat(inputs("same", "1", "changed", "2", "new", "3")
                        .changesSince(inputs("same", "1", "changed", "x", "gone", "4")))
                .isEqualTo(List.of(
                        new KeyInputs.Change("changed", Optional.of("x"), Optional.of("2")),
                        new KeyInputs.Change("new", Optional.empty(), Optional.of("3")),
                        new KeyInputs.Change("gone", Optional.of("4"), Optional.empty())));
    }
}
