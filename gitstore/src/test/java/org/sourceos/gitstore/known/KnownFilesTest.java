package org.sourceos.gitstore.known;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.SampleTrees;
import org.sourceos.gitstore.tree.FileContent;
import org.sourceos.gitstore.tree.FileIdentity;
import org.sourceos.host.posix.Posix;
import org.sourceos.host.posix.PosixFile;

/** What changes a file is noticed, and what does not change it does not make it be read. */
@Timeout(120)
class KnownFilesTest {
    private static final int LARGE = (4 << 20) + 1;
    private static final List<String> FILES = List.of("large", "middle", "sub/other", "sub/small");

    @TempDir
    Path directory;

    private KnownFolder known;
    private Path folder;

    @BeforeEach
    void makeFolder() throws Exception {
        known = new KnownFolder(directory);
        folder = known.folder();
        Files.createDirectories(folder.resolve("sub"));
        Files.write(folder.resolve("large"), SampleTrees.bytes(1, LARGE));
        Files.write(folder.resolve("middle"), SampleTrees.bytes(2, 100_000));
        Files.write(folder.resolve("sub/small"), SampleTrees.bytes(3, 100));
        Files.write(folder.resolve("sub/other"), SampleTrees.bytes(4, 100));
        Files.createSymbolicLink(folder.resolve("link"), Path.of("sub/small"));
        Files.createLink(folder.resolve("zz-further-name"), folder.resolve("sub/other"));
    }

    @Test
    void anUnchangedFolderIsStoredAgainWithoutOpeningAFile() throws Exception {
        assertThat(known.stored()).containsAll(FILES);

        assertThat(known.stored()).isEmpty();
        assertThat(known.stored()).isEmpty();
        assertThat(known.tables()).hasSize(2);
    }

    @Test
    void onlyWhatHasChangedIsRead() throws Exception {
        known.stored();

        Files.write(folder.resolve("sub/new"), SampleTrees.bytes(5, 100));
        Files.write(folder.resolve("middle"), new byte[] {1}, StandardOpenOption.APPEND);
        Files.delete(folder.resolve("large"));

        assertThat(known.stored()).containsExactly("middle", "sub/new");
        assertThat(known.stored()).isEmpty();
    }

    @Test
    void otherBytesOfTheSameLengthAndAgeAreNoticed() throws Exception {
        for (String name : List.of("large", "middle", "sub/small")) {
            known.stored();
            Path file = folder.resolve(name);
            FileTime before = Files.getLastModifiedTime(file);

            try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
                out.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), Files.size(file) - 3);
            }
            Files.setLastModifiedTime(file, before);

            assertThat(known.stored()).contains(name);
        }
    }

    @Test
    void aWriteThroughAMappingIsNoticedHoweverOldTheMappingIs() throws Exception {
        known.stored();
        Path file = folder.resolve("middle");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer mapping = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size());
            for (int i = 0; i < 5; i++) {
                mapping.put(50_000, (byte) i);
                // The page is dirty now, and stays so: it is stored while whoever has the mapping may write to it.
                assertThat(known.stored()).containsExactly("middle");
                assertThat(known.stored()).isEmpty();
            }
            mapping.put(99_999, (byte) 77);
            mapping.force();
            assertThat(known.stored()).containsExactly("middle");
            mapping.put(0, (byte) 78);
            assertThat(known.stored()).containsExactly("middle");
        }
        assertThat(known.stored()).isEmpty();
    }

    @Test
    void aPageThatWasDirtyBeforeTheFirstTimeIsNoticedToo() throws Exception {
        Path file = folder.resolve("large");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer mapping = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size());
            mapping.put(LARGE - 1, (byte) 1);
            known.stored();

            mapping.put(LARGE - 1, (byte) 2);

            assertThat(known.stored()).containsOnly("large");
        }
    }

    @Test
    void aFileThatTookTheNameOfAnotherIsNoticed() throws Exception {
        known.stored();
        Path other = Files.write(directory.resolve("other"), SampleTrees.bytes(9, 100));
        Files.setLastModifiedTime(other, Files.getLastModifiedTime(folder.resolve("sub/small")));

        Files.move(other, folder.resolve("sub/small"), StandardCopyOption.ATOMIC_MOVE);

        assertThat(known.stored()).containsExactly("sub/small");
    }

    @Test
    void twoFilesThatChangedTheirNamesAreNoticed() throws Exception {
        known.stored();

        Files.move(folder.resolve("sub/small"), folder.resolve("between"));
        Files.move(folder.resolve("middle"), folder.resolve("sub/small"));
        Files.move(folder.resolve("between"), folder.resolve("middle"));

        known.stored();
        assertThat(known.stored()).isEmpty();
    }

    @Test
    void modesAttributesAndLinksAreNoticed() throws Exception {
        known.stored();
        Files.setPosixFilePermissions(folder.resolve("sub/small"), PosixFilePermissions.fromString("rwxr-xr-x"));
        known.stored();
        Posix.setXattrs(Posix.bytes(folder.resolve("middle")), Map.of("user.seen", new byte[] {1}));
        known.stored();
        Posix.setXattrs(Posix.bytes(folder), Map.of("user.seen", new byte[] {1}));
        known.stored();
        Files.createLink(folder.resolve("aa-further-name"), folder.resolve("large"));
        known.stored();
        Files.delete(folder.resolve("link"));
        Files.createSymbolicLink(folder.resolve("link"), Path.of("sub/other"));
        known.stored();
        Files.createDirectory(folder.resolve("sub/empty"));
        assertThat(known.stored()).isEmpty();
    }

    @Test
    void aFileThatBeginsWithAHoleIsReadFromItsBeginning() throws Exception {
        for (String name : List.of("hole", "late")) {
            try (FileChannel out =
                    FileChannel.open(folder.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                out.write(ByteBuffer.wrap(new byte[] {1}), name.equals("late") ? 200_000 : 0);
                out.write(ByteBuffer.wrap(new byte[] {1}), 300_000);
                out.truncate(name.equals("late") ? 300_000 : 0);
                out.write(ByteBuffer.wrap(new byte[1]), 300_000);
            }
        }
        Files.createFile(folder.resolve("empty"));
        known.stored();
        assertThat(known.stored()).isEmpty();
    }

    @Test
    void whatWasChangedTheMomentBeforeIsReadAgain() throws Exception {
        assertThat(known.stored(KnownFilesRule.usual())).containsAll(FILES);
        assertThat(known.stored(KnownFilesRule.usual())).containsAll(FILES);
        known.stored();

        Files.write(folder.resolve("sub/new"), new byte[] {1});

        assertThat(known.stored(KnownFilesRule.usual())).containsExactly("sub/new");
        assertThat(known.stored(KnownFilesRule.usual())).containsExactly("sub/new");
    }

    @Test
    void whoDistrustsTimesHasEverythingRead() throws Exception {
        known.stored();

        assertThat(known.stored(KnownFilesRule.never())).containsAll(FILES);
    }

    @Test
    void ofAFileThatChangesWhileItIsReadNothingIsKept() throws IOException {
        Path file = folder.resolve("middle");
        var content = new SteadyContent(new OpenedByName(file), FileIdentity.of(Posix.status(Posix.bytes(file))));
        try (var in = content.channel()) {
            assertThat(in.read(ByteBuffer.allocateDirect(10))).isEqualTo(10);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        assertThat(content.isSteady()).isFalse();
    }

    private record OpenedByName(Path file) implements FileContent {
        @Override
        public long size() {
            return 100_000;
        }

        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(file);
        }

        @Override
        public ReadableByteChannel channel() throws IOException {
            return PosixFile.open(Posix.bytes(file));
        }
    }
}
