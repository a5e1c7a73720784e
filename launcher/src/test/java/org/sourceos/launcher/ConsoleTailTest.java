package org.sourceos.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConsoleTailTest {
    @Test
    void keepsTheEndOfALotOfText() {
        ConsoleTail tail = new ConsoleTail();
        byte[] line = "a line of the kernel\r\n".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 10_000; i++) {
            tail.write(line, 0, line.length);
        }
        byte[] last = "Kernel \u001b[31mpanic\n".getBytes(StandardCharsets.UTF_8);
        tail.write(last, 0, last.length);
        assertThat(tail.text()).hasSizeLessThanOrEqualTo(16 << 10).endsWith("a line of the kernel\nKernel [31mpanic\n");
        assertThat(tail.lastLines().lines()).hasSize(20);
        byte[] large = new byte[100_000];
        tail.write(large, 0, large.length);
        assertThat(tail.text()).isEmpty();
    }
}
