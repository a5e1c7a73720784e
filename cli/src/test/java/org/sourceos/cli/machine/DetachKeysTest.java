package org.sourceos.cli.machine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DetachKeysTest {
    private final DetachKeys keys = new DetachKeys();

    private String type(String text) {
        byte[] bytes = text.getBytes(US_ASCII);
        DetachKeys.Typed typed = keys.type(bytes, bytes.length);
        return new String(typed.bytes(), US_ASCII) + (typed.detach() ? "|" : "");
    }

    @Test
    void recognisesTheKeysHoweverTheyCome() {
        assertThat(type("ab\u001dd after")).isEqualTo("ab|");
        assertThat(type("c\u001d")).isEqualTo("c");
        assertThat(type("d")).isEqualTo("|");
    }

    @Test
    void passesOnWhatIsSomethingElse() {
        assertThat(type("\u001dx")).isEqualTo("\u001dx");
        assertThat(type("\u001d\u001dd")).isEqualTo("\u001dd");
        assertThat(type("d")).isEqualTo("d");
    }
}
