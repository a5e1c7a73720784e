package org.sourceos.rebuild.apt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.config.debian.AptSources;
import org.sourceos.host.Cancellation;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.RecordingListener;

/** Real apt, a small archive on the disk, a throw-away key. */
class AptStateTest {
    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

    @TempDir
    Path folder;

    private LocalRepository repository;
    private final RecordingListener listener = new RecordingListener();

    @BeforeEach
    void makeRepository() throws Exception {
        repository = new LocalRepository(Files.createDirectory(folder.resolve("repo")));
        repository.addSource("greet", "1.0", "int main(void) { return 0; }\n");
        repository.addBinary("tool", "1:2.0-1", "Depends: libtool9 (>= 1) | other\n", List.of("usr/bin/tool"));
        repository.addBinary("libtool9", "1.5", "", List.of("lib/libtool9.so"));
        repository.publish(true);
        repository.configure(repository.entry());
    }

    @AfterEach
    void endAgent() throws Exception {
        repository.close();
    }

    private AptState state(Instant now) {
        return AptState.ofAllSources(
                folder.resolve("state"), repository.host(), new ProcessRunner(), Clock.fixed(now, ZoneOffset.UTC));
    }

    private Path source(AptState state, String name, Optional<String> version) throws Exception {
        return state.downloadSource(
                name, version, Files.createTempDirectory(folder, "into"), listener, "fetch", new Cancellation());
    }

    private RebuildException failure(AptState state, String name, Optional<String> version) {
        return catchThrowableOfType(RebuildException.class, () -> source(state, name, version));
    }

    @Test
    void derivesDebSrcAndFetchesASourcePackage() throws Exception {
        Path description = source(state(NOW), "greet", Optional.empty());
        assertThat(description.getFileName()).hasToString("greet_1.0.dsc");
        assertThat(description.resolveSibling("greet_1.0.tar.xz")).exists();
        assertThat(listener.warnings).isEmpty();
        assertThat(listener.total).isPositive();
    }

    @Test
    void saysThatALockedVersionIsGoneAndWhatToDo() {
        assertThat(failure(state(NOW), "greet", Optional.of("0.9")))
                .hasMessageContaining("greet 0.9")
                .hasMessageContaining("no longer")
                .hasMessageContaining("sourceos lock --update greet");
    }

    @Test
    void saysThatThereIsNoSuchPackage() {
        RebuildException failure = failure(state(NOW), "nosuch", Optional.empty());
        assertThat(failure.kind()).isEqualTo(RebuildException.Kind.FETCH_FAILED);
        assertThat(failure).hasMessageContaining("no source package and no binary package of that name");
    }

    @Test
    void refusesANameThatIsAnOption() {
        assertThat(failure(state(NOW), "--help", Optional.empty()).kind()).isEqualTo(RebuildException.Kind.UNUSABLE);
    }

    @Test
    void fetchesListsAnewWhenTheyAreOldAndSomethingIsMissing() throws Exception {
        source(state(NOW), "greet", Optional.empty());
        repository.addSource("later", "1.0", "x\n");
        repository.publish(true);
        assertThat(failure(state(NOW), "later", Optional.empty())).isNotNull();
        assertThat(source(state(NOW.plus(Duration.ofDays(2))), "later", Optional.empty()))
                .exists();
    }

    @Test
    void fetchesListsAnewWhenTheMirrorHasReplacedAFile() throws Exception {
        source(state(NOW), "greet", Optional.empty());
        for (String name : List.of("greet_1.0.dsc", "greet_1.0.tar.xz")) {
            Files.delete(repository.pool().resolve(name));
        }
        repository.addSource("greet", "1.1", "newer\n");
        repository.publish(true);
        assertThat(source(state(NOW), "greet", Optional.empty()).getFileName()).hasToString("greet_1.1.dsc");
    }

    @Test
    void refusesAnUnsignedSource() throws Exception {
        repository.publish(false);
        RebuildException failure = failure(state(NOW), "greet", Optional.empty());
        assertThat(failure.kind()).isEqualTo(RebuildException.Kind.FETCH_FAILED);
        assertThat(failure).hasMessageContaining("not signed by a key this machine trusts");
    }

    @Test
    void refusesAnUnsignedSourceEvenIfItIsConfiguredAsTrusted() throws Exception {
        repository.publish(false);
        repository.configure("deb [trusted=yes] file:" + repository.root() + " testing-suite main\n");
        assertThat(failure(state(NOW), "greet", Optional.empty())).isNotNull();
        assertThat(listener.warnings).anyMatch(w -> w.contains("its signature is checked all the same"));
    }

    @Test
    void refusesASourceSignedByAnotherKey() throws Exception {
        Path other = Files.createDirectory(folder.resolve("other"));
        try (LocalRepository stranger = new LocalRepository(other)) {
            stranger.addSource("greet", "9", "evil\n");
            stranger.publish(true);
            repository.configure(
                    "deb [signed-by=" + repository.key() + "] file:" + stranger.root() + " testing-suite main\n");
            assertThat(failure(state(NOW), "greet", Optional.empty()).getMessage())
                    .contains("key");
        }
    }

    @Test
    void refusesAFileThatIsNotTheOneInTheSignedIndex() throws Exception {
        Path archive = repository.pool().resolve("greet_1.0.tar.xz");
        byte[] content = Files.readAllBytes(archive);
        content[content.length / 2] ^= 1;
        Files.write(archive, content);
        RebuildException failure = failure(state(NOW), "greet", Optional.empty());
        assertThat(failure.kind()).isEqualTo(RebuildException.Kind.FETCH_FAILED);
        assertThat(failure).hasMessageContaining("signed index");
    }

    @Test
    void toleratesAnUnusableThirdPartySourceWithAWarning() throws Exception {
        Files.writeString(
                repository.etcApt().resolve("sources.list.d/third.sources"),
                "Types: deb\nURIs: file:" + folder.resolve("nowhere") + "\nSuites: x\nComponents: main\n");
        assertThat(source(state(NOW), "greet", Optional.empty())).exists();
        assertThat(listener.warnings).anyMatch(w -> w.contains("nowhere"));
    }

    @Test
    void fetchesBinaryPackagesWithWhatTheyNeedBeyondWhatIsInstalled() throws Exception {
        AptState state = AptState.ofSources(
                folder.resolve("state"),
                repository.host(),
                AptSources.parseList(repository.entry()).entries(),
                new byte[0],
                new ProcessRunner(),
                Clock.fixed(NOW, ZoneOffset.UTC));
        Path into = Files.createDirectory(folder.resolve("debs"));
        List<Path> files = state.downloadPackages(List.of("tool=1:2.0-1"), into, listener, "debs", new Cancellation());
        assertThat(files).hasSize(2);
        RebuildException gone = catchThrowableOfType(
                RebuildException.class,
                () -> state.downloadPackages(
                        List.of("tool=1:1.9"),
                        Files.createDirectory(folder.resolve("debs2")),
                        listener,
                        "debs",
                        new Cancellation()));
        assertThat(gone).hasMessageContaining("no longer offer tool 1:1.9");
    }

    @Test
    void tellsWhichReleasesAreOffered() throws Exception {
        assertThat(state(NOW).releases(listener, "ask", new Cancellation()))
                .extracting(AptState.Release::codename, AptState.Release::origin)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("testing-suite", "Debian"));
    }

    @Test
    void writesNothingIntoTheMachinesConfiguration() throws Exception {
        List<String> before = listing(repository.etcApt());
        source(state(NOW), "greet", Optional.empty());
        assertThat(listing(repository.etcApt())).isEqualTo(before);
    }

    private static List<String> listing(Path root) throws Exception {
        try (var all = Files.walk(root)) {
            return all.map(Path::toString).sorted().toList();
        }
    }
}
