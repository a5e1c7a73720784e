package org.sourceos.importer.convert;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessRunner;

/** The commands that conversions make, run by sh, with a program in sourceos's place that says how it was called. */
class ShimTest {
    @TempDir
    private Path temp;

    private Path home;
    private Path own;

    @BeforeEach
    void haveAHomeWithDotfiles() throws IOException {
        home = Files.createDirectory(temp.resolve("ann's home"));
        own = home.resolve(".local/state/sourceos/homes/nano");
        Files.writeString(home.resolve(".nanorc"), "set tabsize 4\n");
        Files.createDirectories(home.resolve(".config/nano"));
        Files.writeString(home.resolve(".config/nano/colours"), "green\n");
        Files.writeString(home.resolve(".netrc"), "password secret\n");
        executable("sourceos", "#!/bin/sh\necho \"config=$SOURCEOS_CONFIG\"\nprintf '%s\\n' \"$@\"\n");
    }

    private Path executable(String name, String text) throws IOException {
        Path file = Files.writeString(temp.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }

    private List<String> run(Shim.Profile profile, String language, String... arguments) throws IOException {
        Map<String, Path> places = Map.of(
                "SOURCEOS_CONFIG", Path.of("/etc/it's"), "SOURCEOS_STORE", temp, "SOURCEOS_STATE", temp.resolve("s"));
        Path command = executable(
                "nano",
                Shim.text("nano", temp.resolve("sourceos"), places, "/bin/nano", List.of("nano", "rnano"), profile));
        List<String> argv = new ArrayList<>(List.of(command.toString()));
        argv.addAll(List.of(arguments));
        Command started = Command.of(argv)
                .withOnlyEnvironment(
                        Map.of("PATH", "/usr/bin:/bin", "HOME", home.toString(), "USER", "ann", "LANG", language));
        return new ProcessRunner().output(started, new Cancellation()).lines().toList();
    }

    private String guest() {
        return "root".equals(System.getProperty("user.name")) ? "/root" : "/home/ann";
    }

    @Test
    void freshSeesNoDotfilesAndPassesItsArgumentsOn() throws IOException {
        assertThat(run(Shim.Profile.FRESH, "de_DE.utf8", "a b", "--help", "", "it's"))
                .containsExactly(
                        "config=/etc/it's",
                        "run",
                        "-e",
                        "LANG=C.UTF-8",
                        "--command",
                        "/usr/bin/nano",
                        "nano",
                        "--",
                        "a b",
                        "--help",
                        "",
                        "it's");
        assertThat(run(Shim.Profile.FRESH, "POSIX")).contains("LANG=C");
        assertThat(home.resolve(".local")).doesNotExist();
    }

    @Test
    void aCopyIsMadeOnceAndIsTheMachinesOwn() throws IOException {
        assertThat(run(Shim.Profile.COPY, "C", "words"))
                .containsSubsequence("-v", own + ":" + guest(), "nano", "--", "words")
                .containsOnlyOnce("-v");
        assertThat(own.resolve(".nanorc")).hasContent("set tabsize 4");
        assertThat(own.resolve(".config/nano/colours")).hasContent("green");
        assertThat(own.resolve(".netrc")).doesNotExist();

        Files.writeString(own.resolve(".nanorc"), "set tabsize 8\n");
        Files.writeString(home.resolve(".nanorc"), "set tabsize 2\n");
        run(Shim.Profile.COPY, "C");
        assertThat(own.resolve(".nanorc")).hasContent("set tabsize 8");
        assertThat(home.resolve(".nanorc")).hasContent("set tabsize 2");
    }

    @Test
    void sharingGivesTheFoldersThemselvesAndOfSingleFilesACopy() throws IOException {
        assertThat(run(Shim.Profile.SHARE, "C", "words"))
                .containsSubsequence(
                        "-v",
                        own + ":" + guest(),
                        "-v",
                        home + "/.config/nano:" + guest() + "/.config/nano",
                        "nano",
                        "--",
                        "words");
        assertThat(own.resolve(".nanorc")).hasContent("set tabsize 4");
        assertThat(own.resolve(".config/nano/colours")).doesNotExist();
    }
}
