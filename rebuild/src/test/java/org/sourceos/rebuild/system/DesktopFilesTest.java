package org.sourceos.rebuild.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.generation.DesktopEntry;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.gitstore.generation.GenerationManifest;
import org.sourceos.gitstore.generation.GenerationManifest.Configuration;
import org.sourceos.gitstore.generation.GenerationManifest.Program;
import org.sourceos.gitstore.generation.Generations;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessResult;
import org.sourceos.host.ProcessRunner;

class DesktopFilesTest {
    private static final DesktopEntry PLAIN =
            new DesktopEntry("Hello", Optional.empty(), Optional.empty(), List.of(), List.of(), false);

    private static final DesktopEntry EDITOR = new DesktopEntry(
            "Editor; \\ of texts",
            Optional.of("Edits 100 % of texts"),
            Optional.of("text-editor"),
            List.of("Utility", "TextEditor"),
            List.of("text/plain", "text/html"),
            true);

    @TempDir
    private Path folder;

    private BuildCache cache;
    private Generations generations;
    private Path state;
    private Switcher switcher;
    private Profile profile;

    @BeforeEach
    void open() throws StoreException {
        cache = BuildCache.open(folder.resolve("store"), new Cancellation());
        generations = new Generations(cache);
        state = folder.resolve("state");
        profile = new Profile(state, Path.of("/opt/it's 50% $HOME/sourceos"));
        switcher = new Switcher(generations, profile, state, Clock.systemUTC());
    }

    @AfterEach
    void close() {
        cache.close();
    }

    private static Program program(String name, Optional<String> user, Optional<DesktopEntry> entry) {
        return new Program(name, user, name, "1", name + "-1", "{}", Optional.empty(), entry);
    }

    private Generation record(Program... programs) throws StoreException {
        return generations.record(
                new Configuration(Optional.empty(), "a test"), List.of(programs), "{}", new TreeMap<>(), Instant.EPOCH);
    }

    @Test
    void menusShowWhatCountsAndForgetItWithARollBack() throws Exception {
        Generation without = record(program("jq", Optional.empty(), Optional.empty()));
        switcher.activate(without, new Cancellation());
        assertThat(state.resolve("profile/share")).doesNotExist();

        Generation with = record(
                program("edit", Optional.empty(), Optional.of(EDITOR)),
                program("hello", Optional.of("kid"), Optional.of(PLAIN)));
        switcher.activate(with, new Cancellation());
        Path applications = state.resolve("profile/share/applications");
        assertThat(applications.resolve("sourceos-edit.desktop")).hasContent("""
                [Desktop Entry]
                # Made by sourceos-rebuild; belongs to a generation.
                Type=Application
                Version=1.0
                Name=Editor; \\\\ of texts
                Comment=Edits 100 % of texts
                Icon=text-editor
                Exec="/opt/it's 50%% \\\\$HOME/sourceos" run edit %f
                Terminal=true
                Categories=Utility;TextEditor;
                MimeType=text/plain;text/html;
                """);
        assertThat(applications.resolve("mimeinfo.cache")).hasContent("""
                [MIME Cache]
                text/html=sourceos-edit.desktop;
                text/plain=sourceos-edit.desktop;
                """);
        Path kids = state.resolve("profile/users/kid/share/applications/sourceos-hello.desktop");
        assertThat(Files.readString(kids)).contains("/sourceos\" run hello\nTerminal=false\n");
        assertThat(profile.changed(with)).isEmpty();
        Files.writeString(kids, "[Desktop Entry]\n");
        assertThat(profile.changed(with))
                .containsExactly("profiles/2/users/kid/share/applications/sourceos-hello.desktop");

        switcher.activate(without, new Cancellation());
        assertThat(state.resolve("profile/share")).doesNotExist();
    }

    @Test
    void whatIsMadeIsValidToTheDesktopsOwnCheck() throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/desktop-file-validate")),
                "no desktop-file-validate on this computer: install desktop-file-utils");
        switcher.activate(record(program("edit", Optional.empty(), Optional.of(EDITOR))), new Cancellation());
        ProcessResult result = new ProcessRunner()
                .run(
                        Command.of(
                                "/usr/bin/desktop-file-validate",
                                state.resolve("profile/share/applications/sourceos-edit.desktop")
                                        .toString()),
                        new Cancellation());
        assertThat(result.exitStatus()).as(result.toString()).isZero();
    }

    @Test
    void aManifestKeepsThem() throws Exception {
        GenerationManifest manifest = new GenerationManifest(
                1,
                Optional.empty(),
                new Configuration(Optional.empty(), "a test"),
                Optional.empty(),
                List.of(
                        program("edit", Optional.empty(), Optional.of(EDITOR)),
                        program("hello", Optional.empty(), Optional.of(PLAIN))));
        assertThat(GenerationManifest.fromJson(manifest.json())).isEqualTo(manifest);
    }
}
