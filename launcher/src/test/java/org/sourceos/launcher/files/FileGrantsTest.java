package org.sourceos.launcher.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.qemu.Share;

class FileGrantsTest {
    @TempDir
    private Path home;

    private Path work;

    @BeforeEach
    void makeFolders() throws IOException {
        home = home.toRealPath();
        work = Files.createDirectories(home.resolve("work"));
        Files.writeString(work.resolve("notes"), "x");
        Files.createDirectories(work.resolve("sub"));
        Files.writeString(home.resolve("letter"), "x");
    }

    private FileGrants decide(Path directory, String... arguments) throws LaunchException {
        return FileGrants.decide("arguments", List.of(arguments), directory, home, List.of());
    }

    private static Share same(Path folder) {
        return new Share(folder, folder.toString(), false);
    }

    @Test
    void givesTheFolderOfAFileThatIsNamed() throws Exception {
        FileGrants grants = decide(work, "notes");
        assertThat(grants.shares()).containsExactly(same(work));
        assertThat(grants.directory()).contains(work.toString());
        assertThat(grants.warnings()).isEmpty();
        assertThat(decide(home, "work/notes").shares()).containsExactly(same(work));
        assertThat(decide(home, "work/notes").directory()).isEmpty();
    }

    @Test
    void givesTheFolderOfAFileThatIsToBeMade() throws Exception {
        assertThat(decide(work, "new file").shares()).containsExactly(same(work));
    }

    @Test
    void takesADotForAPatternWhereItWouldGiveTooMuch() throws Exception {
        assertThat(decide(work, ".").shares()).containsExactly(same(work));
        assertThat(decide(home, ".").shares()).isEmpty();
        assertThat(decide(home, "..").shares()).isEmpty();
        assertThat(decide(home, ".a", "map(.+1)").warnings()).isEmpty();
        assertThat(decide(home, "new.txt").warnings()).hasSize(1);
    }

    @Test
    void givesNothingWhereNothingIsNamed() throws Exception {
        assertThat(decide(work).shares()).isEmpty();
        assertThat(decide(work, "--verbose", "-x", "").shares()).isEmpty();
        assertThat(FileGrants.decide("none", List.of("notes"), work, home, List.of())
                        .shares())
                .isEmpty();
    }

    @Test
    void readsTheValueOfAnOption() throws Exception {
        assertThat(decide(home, "--file=work/notes").shares()).containsExactly(same(work));
    }

    @Test
    void givesNoFolderTwice() throws Exception {
        assertThat(decide(work, "sub", "notes", "sub").shares()).containsExactly(same(work));
        assertThat(decide(work, "notes", "sub").shares()).containsExactly(same(work));
    }

    @Test
    void refusesTheHomeFolderAndTheSystems() {
        assertThatThrownBy(() -> decide(work, "../letter"))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("your whole home folder")
                .hasMessageContaining("-v HOST:GUEST");
        assertThatThrownBy(() -> decide(work, work.resolve("../..").toString())).hasMessageContaining("home folder");
        assertThatThrownBy(() -> decide(work, "/etc/passwd")).hasMessageContaining("belongs to the system");
        assertThatThrownBy(() -> decide(work, "/")).hasMessageContaining("home folder");
        assertThatThrownBy(() -> decide(work, "/usr/bin/env")).hasMessageContaining("belongs to the system");
        assertThatThrownBy(() -> FileGrants.decide("directory", List.of(), home, home, List.of()))
                .hasMessageContaining("the working directory");
    }

    @Test
    void refusesALinkThatLeadsToWhatItRefuses() throws Exception {
        Files.createSymbolicLink(work.resolve("link"), Path.of("/etc"));
        assertThatThrownBy(() -> decide(work, "link/passwd")).hasMessageContaining("belongs to the system");
        Files.createDirectories(home.resolve(".ssh"));
        assertThatThrownBy(() -> decide(home, ".ssh")).hasMessageContaining("your keys");
    }

    @Test
    void warnsOfAFileThatWouldBeLost() throws Exception {
        FileGrants grants = decide(home, "new");
        assertThat(grants.shares()).isEmpty();
        assertThat(grants.warnings())
                .singleElement()
                .asString()
                .contains("new")
                .contains("lost")
                .contains("-v");
    }

    @Test
    void givesWhatWasAskedForWhateverItIs() throws Exception {
        Share asked = same(home);
        FileGrants grants = FileGrants.decide("arguments", List.of("letter"), home, home, List.of(asked));
        assertThat(grants.shares()).containsExactly(asked);
        assertThat(grants.directory()).contains(home.toString());
        Share elsewhere = new Share(work, "/w", false);
        assertThat(FileGrants.decide("none", List.of(), work.resolve("sub"), home, List.of(elsewhere))
                        .directory())
                .contains("/w/sub");
    }

    @Property(tries = 100)
    void neverGivesTheHomeFolderOrTheRoot(@ForAll List<String> arguments) throws IOException {
        Path here = Path.of("/tmp");
        try {
            FileGrants grants = FileGrants.decide("arguments", arguments, here, Path.of("/root"), List.of());
            assertThat(grants.shares())
                    .noneMatch(s -> s.guest().equals("/root") || s.guest().equals("/tmp"));
        } catch (LaunchException e) {
            assertThat(e).hasMessageContaining("-v HOST:GUEST");
        }
    }
}
