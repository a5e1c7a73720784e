package org.sourceos.gitstore.known;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.sourceos.gitstore.SampleTrees;
import org.sourceos.host.Directories;
import org.sourceos.host.posix.Posix;

/** {@link KnownFolder#stored} compares each layer with the one that a store makes which knows nothing. */
class KnownFilesPropertyTest {
    private static final int[] SIZES = {0, 1, 100, 4095, 4096, 40_000, 140_000};

    @Property(tries = 8, shrinking = ShrinkingMode.OFF)
    void whateverIsDoneToAFolderItIsStoredAsItIs(@ForAll long seed) throws Exception {
        Path directory = Files.createTempDirectory("known-files");
        try {
            Random random = new Random(seed);
            KnownFolder known = new KnownFolder(directory);
            for (int i = 0; i < 30; i++) {
                edit(known.folder(), random);
            }
            for (int round = 0; round < 6; round++) {
                known.stored();
                assertThat(known.stored()).isEmpty();
                for (int i = random.nextInt(5); i >= 0; i--) {
                    edit(known.folder(), random);
                }
            }
        } finally {
            Directories.remove(directory);
        }
    }

    private static void edit(Path folder, Random random) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.sorted().toList();
        }
        List<Path> folders = all.stream()
                .filter(file -> Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
                .toList();
        List<Path> regular = all.stream()
                .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                .toList();
        Path place = folders.get(random.nextInt(folders.size())).resolve("n" + random.nextInt(40));
        if (regular.size() < 5) {
            make(place, random, 0);
            return;
        }
        Path file = regular.get(random.nextInt(regular.size()));
        switch (random.nextInt(10)) {
            case 0, 1 -> make(place, random, random.nextInt(3));
            case 2 -> Files.write(file, SampleTrees.bytes(random.nextLong(), (int) Files.size(file)));
            case 3 -> overwriteSecretly(file, random);
            case 4 -> Files.write(file, new byte[] {1}, StandardOpenOption.APPEND);
            case 5 -> Files.delete(file);
            case 6 -> {
                if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
                    Files.move(file, place, StandardCopyOption.REPLACE_EXISTING);
                }
            }
            case 7 ->
                Files.setPosixFilePermissions(
                        file, PosixFilePermissions.fromString(random.nextBoolean() ? "rwxr-x---" : "rw-r--r--"));
            case 8 ->
                Posix.setXattrs(
                        Posix.bytes(file), Map.of("user.x" + random.nextInt(2), new byte[] {(byte) random.nextInt()}));
            default -> {
                if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
                    Files.createLink(place, file);
                }
            }
        }
    }

    private static void make(Path place, Random random, int kind) throws IOException {
        try {
            switch (kind) {
                case 0 ->
                    Files.write(
                            place,
                            SampleTrees.bytes(random.nextInt(9), SIZES[random.nextInt(SIZES.length)]),
                            StandardOpenOption.CREATE_NEW);
                case 1 -> Files.createDirectory(place);
                default -> Files.createSymbolicLink(place, Path.of("t" + random.nextInt(3)));
            }
        } catch (FileAlreadyExistsException e) {
            // Then it stays.
        }
    }

    /** Through a mapping or not, with the age it had. */
    private static void overwriteSecretly(Path file, Random random) throws IOException {
        FileTime before = Files.getLastModifiedTime(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (channel.size() > 0 && random.nextBoolean()) {
                channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size()).put(0, (byte) random.nextInt());
            } else if (channel.size() > 0) {
                channel.write(ByteBuffer.wrap(new byte[] {(byte) random.nextInt()}), channel.size() - 1);
            }
        }
        Files.setLastModifiedTime(file, before);
    }
}
