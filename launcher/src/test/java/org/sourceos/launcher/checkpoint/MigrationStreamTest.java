package org.sourceos.launcher.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams put together as QEMU does it. */
class MigrationStreamTest {
    private static final int SIZE = 16 * RamFile.PAGE;
    private static final byte[] DEVICES = "and then the devices".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path folder;

    private int files;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    private void name(String name) throws IOException {
        out.writeByte(name.length());
        out.writeBytes(name);
    }

    private void page(String block, int number, int flags, int fill) throws IOException {
        out.writeLong((long) number * RamFile.PAGE | flags);
        if (!block.isEmpty()) {
            name(block);
        }
        byte[] page = new byte[flags % 0x20 == 0x02 ? 1 : RamFile.PAGE];
        Arrays.fill(page, (byte) fill);
        out.write(page);
    }

    private void endOfSection() throws IOException {
        out.writeLong(0x10);
        out.writeByte(0x7e);
        out.writeInt(2);
    }

    private void beginning(String ram) throws IOException {
        out.writeInt(0x5145564d);
        out.writeInt(3);
        out.writeByte(7);
        out.writeInt(7);
        out.writeBytes("microvm");
        out.writeByte(5);
        name("configuration/capabilities");
        out.writeInt(1);
        out.writeInt(1);
        name("x-ignore-shared");
        out.writeByte(1);
        out.writeInt(2);
        name("ram");
        out.writeInt(0);
        out.writeInt(4);
        out.writeLong((long) SIZE + RamFile.PAGE | 0x04);
        name(ram);
        out.writeLong(SIZE);
        out.writeLong(0);
        name("pc.bios");
        out.writeLong(RamFile.PAGE);
        out.writeLong(0xffff0000L);
        endOfSection();
    }

    private byte[] stream(String ram, boolean pages) throws IOException {
        bytes.reset();
        beginning(ram);
        if (pages) {
            out.writeByte(2);
            out.writeInt(2);
            page(ram, 1, 0x08, 'a');
            page("", 2, 0x28, 'b');
            page("", 3, 0x22, 0);
            endOfSection();
            out.writeByte(2);
            out.writeInt(2);
            // Goes on with the block of the section before.
            page("", 2, 0x28, 'c');
            page("", 1, 0x22, 0);
            page("pc.bios", 0, 0x08, 'f');
            endOfSection();
        }
        out.writeByte(3);
        out.writeInt(2);
        if (pages) {
            page(ram, 15, 0x08, 'z');
        }
        endOfSection();
        out.writeByte(4);
        out.write(DEVICES);
        return bytes.toByteArray();
    }

    private byte[] run(byte[] stream, Path file) throws IOException {
        try (RamFile ram = RamFile.create(file, SIZE)) {
            return new MigrationStream(new ByteArrayInputStream(stream), ram, SIZE).run();
        }
    }

    @Test
    void pagesGoToTheFileAndTheRestStays() throws Exception {
        Path file = folder.resolve("ram");
        byte[] state = run(stream("microvm.ram", true), file);
        byte[] expected = new byte[SIZE];
        Arrays.fill(expected, 2 * RamFile.PAGE, 3 * RamFile.PAGE, (byte) 'c');
        Arrays.fill(expected, 15 * RamFile.PAGE, SIZE, (byte) 'z');
        assertThat(Files.readAllBytes(file)).isEqualTo(expected);
        assertThat(new String(state, StandardCharsets.ISO_8859_1))
                .contains("x-ignore-shared")
                .doesNotContain("microvm.ram")
                .contains("\3ram\0\0\0\0\0")
                .contains("pc.bios" + "f".repeat(RamFile.PAGE))
                .endsWith("and then the devices");
        // What was taken apart can be taken apart again: a machine that was restored is saved in the same way.
        assertThat(run(state, folder.resolve("again"))).isEqualTo(state);
    }

    @Test
    void whateverIsMissingOrChangedIsAFailure() throws Exception {
        byte[] whole = stream("ram", true);
        for (int length = 0; length < whole.length - DEVICES.length; length += length < 200 ? 1 : 97) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> run(part, folder.resolve("part" + files++)))
                    .isInstanceOf(IOException.class);
        }
        Random random = new Random(1);
        for (int i = 0; i < 300; i++) {
            byte[] changed = whole.clone();
            changed[random.nextInt(170)] ^= (byte) (1 << random.nextInt(8));
            try {
                run(changed, folder.resolve("changed" + files++));
            } catch (IOException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
        }
    }

    @Test
    void whatAnotherQemuMightWriteIsRefused() throws Exception {
        bytes.reset();
        beginning("ram");
        out.writeByte(2);
        out.writeInt(2);
        page("ram", 1, 0x48, 'x');
        byte[] encoded = bytes.toByteArray();
        assertThatThrownBy(() -> run(encoded, folder.resolve("flags"))).hasMessageContaining("not understood");
        byte[] other = stream("ram", false);
        other[7] = 4;
        assertThatThrownBy(() -> run(other, folder.resolve("version"))).hasMessageContaining("not understood");
        assertThatThrownBy(() -> {
                    try (RamFile ram = RamFile.create(folder.resolve("outside"), SIZE)) {
                        ram.put(SIZE, new byte[RamFile.PAGE], 0);
                    }
                })
                .hasMessageContaining("no page");
    }
}
