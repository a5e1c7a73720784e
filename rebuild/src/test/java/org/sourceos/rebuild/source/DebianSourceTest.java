package org.sourceos.rebuild.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sourceos.config.lock.LockFile.SourcePin;
import org.sourceos.config.recipe.PackageSpec.SourceLocation;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.apt.LocalRepository;

class DebianSourceTest extends FetchingTest {
    private static SourceLocation.Debian debian(String name) {
        return new SourceLocation.Debian(name, Optional.empty());
    }

    @Test
    void storesASourcePackageFromALocalArchive() throws Exception {
        try (LocalRepository repository = new LocalRepository(Files.createDirectory(folder.resolve("repo")))) {
            repository.addSource("greet", "1:1.0", "int main(void) { return 0; }\n");
            repository.publish(true);
            repository.configure(repository.entry());
            host = repository.host();
            FetchedSource source = fetch(spec(debian("greet")), Optional.empty());
            assertThat(source.kind()).isEqualTo(FetchedSource.Kind.DEBIAN);
            assertThat(source.pin().version()).contains("1.0");
            assertThat(source.pin().exact()).contains("1:1.0");
            assertThat(names(source)).containsExactly("greet_1.0.dsc", "greet_1.0.tar.xz");
            assertThat(fetchers().stored(spec(debian("greet")), folder, source.pin()))
                    .contains(source);

            SourcePin gone = new SourcePin("0".repeat(64), Optional.of("0.9"), Optional.of("1:0.9"));
            RebuildException failure =
                    catchThrowableOfType(RebuildException.class, () -> fetch(spec(debian("greet")), Optional.of(gone)));
            assertThat(failure).hasMessageContaining("sourceos lock --update greet");

            SourcePin other = new SourcePin("0".repeat(64), Optional.of("1.0"), Optional.of("1:1.0"));
            RebuildException changed = catchThrowableOfType(
                    RebuildException.class, () -> fetch(spec(debian("greet")), Optional.of(other)));
            assertThat(changed.kind()).isEqualTo(RebuildException.Kind.HASH_MISMATCH);
            assertThat(storedSources()).isEqualTo(1);
        }
    }

    @Test
    void takesTheVersionBeforeWhereTheMirrorHasOnlyTheNameOfTheNewest() throws Exception {
        try (LocalRepository repository = new LocalRepository(Files.createDirectory(folder.resolve("repo")));
                FileServer server = new FileServer(repository.root())) {
            for (String version : List.of("1.9", "1.10", "1.10~rc1")) {
                repository.addSource("greet", version, "int main(void) { return 0; }\n");
            }
            repository.publish(true);
            repository.configure(repository.entry().replace("copy:" + repository.root(), server.url()));
            host = repository.host();
            server.hide("greet_1.10.dsc");
            FetchedSource source = fetch(spec(debian("greet")), Optional.empty());
            assertThat(source.pin().exact()).contains("1.10~rc1");

            server.hide("greet_1.10~rc1.dsc");
            server.hide("greet_1.9.dsc");
            SourceLocation.Debian newest = new SourceLocation.Debian("greet", Optional.of("1.10"));
            assertThat(catchThrowableOfType(RebuildException.class, () -> fetch(spec(newest), Optional.empty()))
                            .kind())
                    .isEqualTo(RebuildException.Kind.GONE);
        }
    }

    /** Needs the network or a mirror that this machine's apt is configured for. */
    @Test
    @Tag("slow")
    void storesHelloFromThisMachinesDebianSources() throws Exception {
        FetchedSource source = fetch(spec(debian("hello")), Optional.empty());
        assertThat(source.pin().version()).hasValueSatisfying(v -> assertThat(v).startsWith("2."));
        assertThat(names(source)).anyMatch(n -> n.endsWith(".dsc")).anyMatch(n -> n.contains(".orig.tar."));
    }
}
