package org.sourceos.cli.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.sourceos.cli.CommandContext;
import org.sourceos.host.Terminal;

/** Whatever the bytes, they are a first message or they are refused. */
class HelloTest {
    private static byte[] message(byte[] directory, List<String> arguments, List<String> environment) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            text(out, "build".getBytes(StandardCharsets.UTF_8));
            text(out, "run".getBytes(StandardCharsets.UTF_8));
            text(out, directory);
            out.writeByte(5);
            out.writeShort(30);
            out.writeShort(100);
            out.writeInt(arguments.size());
            for (String argument : arguments) {
                text(out, argument.getBytes(StandardCharsets.UTF_8));
            }
            out.writeInt(environment.size());
            for (String variable : environment) {
                text(out, variable.getBytes(StandardCharsets.ISO_8859_1));
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private static void text(DataOutputStream out, byte[] text) throws IOException {
        out.writeInt(text.length);
        out.write(text);
    }

    private static byte[] good() {
        return message(
                "/home/é".getBytes(StandardCharsets.UTF_8),
                List.of("", "two words", "é"),
                List.of("A=1", "A=2", "B=", "=C:=x", "nothing", "D=\u00ff"));
    }

    @Test
    void saysWhatTheCallerSaid() throws ProtocolException {
        Hello hello = Hello.parse(good());
        assertThat(hello.build()).isEqualTo("build");
        assertThat(hello.name()).isEqualTo("run");
        assertThat(hello.directory()).isEqualTo(Path.of("/home/é"));
        assertThat(hello.terminals()).isEqualTo(new CommandContext.Terminals(true, false, true));
        assertThat(hello.size()).isEqualTo(new Terminal.Size(30, 100));
        assertThat(hello.arguments()).containsExactly("", "two words", "é");
        // The first of a name counts; what is no text arrives as Java has it in a process of its own.
        assertThat(hello.environment())
                .containsEntry("A", "1")
                .containsEntry("B", "")
                .containsEntry("=C:", "x")
                .containsEntry("D", "\ufffd")
                .hasSize(4);
    }

    @Test
    void relativeFoldersZeroBytesAndOtherEncodingsAreRefused() {
        for (String directory : List.of("", "home", "/ho\0me", "/ho\u00ffme")) {
            byte[] message = message(directory.getBytes(StandardCharsets.ISO_8859_1), List.of(), List.of());
            assertThatThrownBy(() -> Hello.parse(message)).isInstanceOf(ProtocolException.class);
        }
    }

    @Test
    void everyBeginningIsRefused() {
        byte[] good = good();
        for (int length = 0; length < good.length; length++) {
            byte[] begun = Arrays.copyOf(good, length);
            assertThatThrownBy(() -> Hello.parse(begun)).isInstanceOf(ProtocolException.class);
        }
        assertThatThrownBy(() -> Hello.parse(Arrays.copyOf(good, good.length + 1)))
                .isInstanceOf(ProtocolException.class);
    }

    @Test
    void lengthsOfAHeaderAreBounded() throws ProtocolException {
        assertThat(Hello.lengthAfter(new byte[] {'S', 'O', 'S', '1', 0, 0, 1, 0}))
                .isEqualTo(256);
        for (byte[] header : new byte[][] {
            {'S', 'O', 'S', '1', -1, -1, -1, -1},
            {'S', 'O', 'S', '1', 0x7f, -1, -1, -1},
            {'S', 'O', 'S', '2', 0, 0, 0, 1},
            {'G', 'E', 'T', ' ', '/', ' ', 'H', 'T'}
        }) {
            assertThatThrownBy(() -> Hello.lengthAfter(header)).isInstanceOf(ProtocolException.class);
        }
    }

    @Property(tries = 3000)
    void changedMessagesAreReadOrRefused(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] bytes = good();
        for (int i = random.nextInt(4); i >= 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        readOrRefuse(bytes);
    }

    @Property(tries = 3000)
    void anyBytesAreReadOrRefused(@ForAll byte[] bytes) {
        readOrRefuse(bytes);
    }

    private static void readOrRefuse(byte[] bytes) {
        try {
            Hello hello = Hello.parse(bytes);
            assertThat(hello.directory()).isAbsolute();
            assertThat(hello.name()).isNotEmpty();
        } catch (ProtocolException e) {
            assertThat(e).hasMessageNotContaining("null");
        }
    }
}
