package org.sourceos.importer.root;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RootedFilesTest {
    @TempDir
    private Path temp;

    private Path root = Path.of("");

    @BeforeEach
    void makeARootAndSomethingBesideIt() throws IOException {
        root = temp.resolve("root");
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/inside"), "inside");
        Files.writeString(temp.resolve("outside"), "outside");
        Files.createDirectories(temp.resolve("etc"));
        Files.writeString(temp.resolve("etc/inside"), "outside");
    }

    @ParameterizedTest
    @ValueSource(strings = {"inside", "/etc/inside", "../etc/inside", "../../../../etc/inside", "./.././etc//inside"})
    void followsLinksAsTheSystemItselfWould(String target) throws IOException {
        Files.createSymbolicLink(root.resolve("etc/link"), Path.of(target));
        RootedFiles files = new RootedFiles(root);
        assertThat(files.text("/etc/link")).isEqualTo("inside");
        assertThat(files.link("/etc/link")).hasValue(target.replace("//", "/"));
    }

    @Test
    void followsNoLinkOutOfTheRoot() throws IOException {
        Files.createSymbolicLink(root.resolve("etc/absolute"), temp.resolve("outside"));
        Files.createSymbolicLink(root.resolve("etc/up"), Path.of("../../outside"));
        Files.createSymbolicLink(root.resolve("folder"), temp.resolve("etc"));
        RootedFiles files = new RootedFiles(root);
        assertThat(files.bytes("/etc/absolute")).isEmpty();
        assertThat(files.bytes("/etc/up")).isEmpty();
        assertThat(files.bytes("/folder/inside")).isEmpty();
        assertThat(files.bytes("/../outside")).isEmpty();
        assertThat(files.list("/folder")).isEmpty();
        assertThat(files.list("/..")).containsExactly("etc", "folder");
    }

    @Test
    void endsWhereLinksLeadInACircle() throws IOException {
        Files.createSymbolicLink(root.resolve("a"), Path.of("b"));
        Files.createSymbolicLink(root.resolve("b"), Path.of("a"));
        RootedFiles files = new RootedFiles(root);
        assertThat(files.text("/a")).isEmpty();
        assertThat(files.unreadable()).singleElement().asString().contains("in a circle");
    }

    @Test
    void opensRegularFilesOnly() throws Exception {
        Path pipe = root.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        RootedFiles files = new RootedFiles(root);
        assertThatThrownBy(() -> files.open("/pipe")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> files.open("/etc")).isInstanceOf(NoSuchFileException.class);
        assertThat(files.status("/pipe").orElseThrow().kind()).isEqualTo(FileFacts.Kind.OTHER);
    }
}
