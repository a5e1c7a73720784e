package org.sourceos.rebuild.base;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.host.Directories;

/**
 * Malformed packages: the ar archive, the tar archives in it and their compression. {@code -Dfuzz.inputs=n} tries more, each
 * by its own seed, so that one that failed can be tried alone.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class DebFuzzTest {
    private static final int INPUTS = Integer.getInteger("fuzz.inputs", 5_000);
    private static final String CONTROL =
            "Package: one\nVersion: 1:1-1\nArchitecture: all\nDepends: libc6 (>= 2), two | three\nDescription: a\n b\n";

    @TempDir
    private Path folder;

    private interface Wrapping {
        OutputStream of(OutputStream out) throws IOException;
    }

    private static final List<Wrapping> COMPRESSIONS =
            List.of(out -> out, GZIPOutputStream::new, out -> new XZCompressorOutputStream(out, 0));

    private static byte[] compressed(byte[] content, int kind) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream wrapped = COMPRESSIONS.get(kind).of(out)) {
            wrapped.write(content);
        }
        return out.toByteArray();
    }

    private static byte[] controlTar() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            put(tar, "./control", CONTROL);
            put(tar, "./md5sums", "0123456789abcdef0123456789abcdef  usr/bin/one\n");
        }
        return out.toByteArray();
    }

    private static byte[] dataTar() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.putArchiveEntry(new TarArchiveEntry("./usr/"));
            tar.closeArchiveEntry();
            put(tar, "./usr/bin/one", "#!/bin/sh\necho one\n");
            put(tar, "./usr/share/" + "long/".repeat(40) + "name", "deep");
            TarArchiveEntry link = new TarArchiveEntry("./usr/bin/two", TarConstants.LF_SYMLINK);
            link.setLinkName("one");
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
            TarArchiveEntry hard = new TarArchiveEntry("./usr/bin/three", TarConstants.LF_LINK);
            hard.setLinkName("./usr/bin/one");
            tar.putArchiveEntry(hard);
            tar.closeArchiveEntry();
        }
        return out.toByteArray();
    }

    private static void put(TarArchiveOutputStream tar, String name, String text) throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static byte[] deb(byte[] control, byte[] data) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ArArchiveOutputStream ar = new ArArchiveOutputStream(out)) {
            member(ar, "debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII));
            member(ar, "control.tar.xz", control);
            member(ar, "data.tar.xz", data);
        }
        return out.toByteArray();
    }

    private static void member(ArArchiveOutputStream ar, String name, byte[] content) throws IOException {
        ar.putArchiveEntry(new ArArchiveEntry(name, content.length));
        ar.write(content);
        ar.closeArchiveEntry();
    }

    /** Some of what goes wrong, and some of what somebody does on purpose. */
    private static byte[] mutated(byte[] sound, Random random) {
        byte[] bytes = sound.clone();
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            int at = random.nextInt(bytes.length);
            int length = Math.min(bytes.length - at, 1 + random.nextInt(64));
            switch (random.nextInt(7)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> Arrays.fill(bytes, at, at + length, (byte) (random.nextBoolean() ? 0xff : '7'));
                case 3 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
                case 4 -> System.arraycopy(sound, random.nextInt(sound.length - length + 1), bytes, at, length);
                case 5 -> {
                    byte[] longer = Arrays.copyOf(bytes, bytes.length + length);
                    System.arraycopy(bytes, at, longer, at + length, bytes.length - at);
                    bytes = longer;
                }
                default -> {
                    byte[] trick = List.of("../../etc/passwd", "/etc/passwd", "99999999999", "-1", "./usr/bin")
                            .get(random.nextInt(5))
                            .getBytes(StandardCharsets.US_ASCII);
                    System.arraycopy(trick, 0, bytes, at, Math.min(trick.length, bytes.length - at));
                }
            }
        }
        return bytes;
    }

    /** With checksums that fit, so that what is behind them is reached. */
    private static byte[] mutatedTar(byte[] sound, Random random) {
        byte[] bytes = mutated(sound, random);
        for (int at = 0; random.nextInt(4) != 0 && at + 512 <= bytes.length; at += 512) {
            if (bytes[at + 257] == 'u' && bytes[at + 258] == 's') {
                Arrays.fill(bytes, at + 148, at + 156, (byte) ' ');
                int sum = 0;
                for (int i = at; i < at + 512; i++) {
                    sum += Byte.toUnsignedInt(bytes[i]);
                }
                byte[] text = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII);
                System.arraycopy(text, 0, bytes, at + 148, 8);
            }
        }
        return bytes;
    }

    private byte[] input(Random random) throws IOException {
        int kind = random.nextInt(COMPRESSIONS.size());
        return switch (random.nextInt(4)) {
            case 0 -> mutated(deb(compressed(controlTar(), kind), compressed(dataTar(), kind)), random);
            case 1 -> deb(compressed(mutatedTar(controlTar(), random), kind), compressed(dataTar(), kind));
            case 2 -> deb(compressed(controlTar(), kind), compressed(mutatedTar(dataTar(), random), kind));
            default -> deb(compressed(controlTar(), kind), mutated(compressed(dataTar(), kind), random));
        };
    }

    /** Everything that a build reads of a package. */
    private int read(byte[] deb) throws IOException {
        Path file = Files.write(folder.resolve("some.deb"), deb);
        Path open = Files.createDirectory(folder.resolve("open"));
        int[] files = {0};
        try {
            DebFile opened = DebFile.open(file, open);
            opened.depends();
            opened.provides();
            new DebFiles(List.of(opened), true).visit(entry -> {
                assertThat(entry.path().toString()).doesNotStartWith("/").doesNotMatch("(.*/)?\\.\\.(/.*)?");
                if (entry.kind() instanceof FileKind.Regular regular) {
                    try (InputStream in = regular.content().open()) {
                        in.transferTo(OutputStream.nullOutputStream());
                    }
                }
                files[0]++;
            });
        } finally {
            Directories.remove(open);
        }
        return files[0];
    }

    @Test
    void aMalformedPackageIsReadOrRefusedWithAReason() throws IOException {
        assertThat(read(deb(compressed(controlTar(), 2), compressed(dataTar(), 2))))
                .isGreaterThan(40);
        int refused = 0;
        for (int seed = 0; seed < INPUTS; seed++) {
            try {
                read(input(new Random(seed)));
            } catch (IOException e) {
                refused++;
                assertThat(e.getMessage()).as("seed " + seed).isNotBlank().doesNotContain("Exception");
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertThat(refused).isBetween(INPUTS / 10, INPUTS - 1);
    }

    @Test
    void aPackageWhoseControlUnpacksToGigabytesIsRefused() throws IOException {
        byte[] deb = deb(bomb("./postinst", 1), compressed(dataTar(), 0));
        assertThat(deb.length).isLessThan(2 << 20);
        assertThatThrownBy(() -> read(deb))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("unpacks to more than")
                .satisfies(e -> assertThat(requireNonNull(e.getMessage())).contains("control"));
    }

    @Test
    void aPackageWhoseFilesUnpackToGigabytesIsRefused() throws IOException {
        byte[] deb = deb(compressed(controlTar(), 0), bomb("./usr/share/zeros", 2));
        assertThat(deb.length).isLessThan(4 << 20);
        assertThatThrownBy(() -> read(deb))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the archive data.tar of one is refused: it unpacks to more than");
    }

    private static byte[] bomb(String name, int gibibytes) throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bomb);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(zip)) {
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            TarArchiveEntry entry = new TarArchiveEntry(name);
            entry.setSize((long) gibibytes << 30);
            tar.putArchiveEntry(entry);
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < gibibytes << 10; i++) {
                tar.write(zeros);
            }
            tar.closeArchiveEntry();
        }
        return bomb.toByteArray();
    }
}
