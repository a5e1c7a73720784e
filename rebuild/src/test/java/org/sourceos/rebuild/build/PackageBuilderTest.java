package org.sourceos.rebuild.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.config.ConfigException;
import org.sourceos.config.base.BaseSpec;
import org.sourceos.config.lock.LockFile;
import org.sourceos.config.recipe.PackageSpecParser;
import org.sourceos.gitstore.Digest;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.base.Base;
import org.sourceos.rebuild.plan.BuildKey;
import org.sourceos.rebuild.plan.KeyInputs;
import org.sourceos.rebuild.plan.Recipe;
import org.sourceos.rebuild.plan.ResolvedPackage;
import org.sourceos.rebuild.sandbox.BuildLog;
import org.sourceos.rebuild.sandbox.SandboxLimits;
import org.sourceos.rebuild.sandbox.SandboxRoot;
import org.sourceos.rebuild.sandbox.SourceTree;
import org.sourceos.rebuild.sandbox.Workspace;
import org.sourceos.rebuild.source.FetchedSource;

/** The machine's own compiler in a real sandbox; only the store is not there. */
final class PackageBuilderTest {
    @TempDir
    Path temp;

    private BuildLog log;
    private Path source;

    @BeforeEach
    void writeSource() throws IOException {
        log = new BuildLog(temp.resolve("log"), 1 << 20, line -> {});
        source = Files.createDirectories(temp.resolve("files"));
        Files.writeString(source.resolve("main.c"), """
                #include <stdio.h>
                int main(void) { printf("%s\\n", __FILE__); return 0; }
                """);
        Files.writeString(source.resolve("Makefile"), """
                demo: main.c
                \t$(CC) $(CFLAGS) -g -o $@ $(CURDIR)/main.c
                install: demo
                \tinstall -D -o root -g root -m 555 demo $(DESTDIR)/bin/demo
                """);
    }

    @AfterEach
    void closeLog() throws IOException {
        log.close();
    }

    private interface Look {
        void at(Path out) throws Exception;
    }

    private void build(String toml, Look look) throws Exception {
        ResolvedPackage demo = new ResolvedPackage(
                new Recipe(spec(toml), temp),
                new TreeSet<>(Set.of("with-x")),
                List.of(),
                List.of(),
                List.of(),
                new BaseSpec("debian-12", "bookworm", List.of()),
                new TreeMap<>(Map.of("vim-mode", "true")));
        StoredLayer nothing = new StoredLayer(new ObjectName("0".repeat(40)), Digest.of(""), 0, 0);
        BuildInputs inputs = new BuildInputs(
                demo,
                new BuildKey(Digest.of(""), new KeyInputs(Map.of())),
                "1.0",
                new FetchedSource(
                        new LockFile.SourcePin(Digest.of("").hex(), Optional.empty(), Optional.empty()),
                        nothing,
                        FetchedSource.Kind.TREE),
                new Base("debian-12", new LockFile.BasePin(Digest.of("").hex(), List.of()), nothing),
                Optional.empty(),
                List.of(),
                Optional.empty());
        Cancellation cancellation = new Cancellation();
        try (Workspace workspace = Workspace.create(
                new ProcessRunner(),
                temp.resolve("work"),
                SandboxRoot.of(Path.of("/")),
                SandboxLimits.of(Duration.ofMinutes(2), 0),
                log,
                cancellation)) {
            SourceTree.prepare(workspace, FetchedSource.Kind.TREE, source, List.of());
            new PackageBuilder(2).build(inputs, workspace, cancellation);
            look.at(workspace.out());
        }
    }

    private static org.sourceos.config.recipe.PackageSpec spec(String toml) throws ConfigException {
        return PackageSpecParser.parse(
                "demo.source.toml", "[package]\nname = \"demo\"\nversion = \"1.0\"\nsource = \"path:x\"\n" + toml);
    }

    @Test
    void buildsInstallsAndStrips() throws Exception {
        build("[build]\nscript = \"make\"\n", out -> {
            Path program = out.resolve("usr/bin/demo");
            assertThat(out.resolve("bin")).doesNotExist();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(program)))
                    .isEqualTo("r-xr-xr-x");
            String sections =
                    new ProcessRunner().output(Command.of("readelf", "-SW", program.toString()), new Cancellation());
            assertThat(sections).doesNotContain(".debug_info", ".symtab");
            assertThat(new ProcessRunner().output(Command.of(program.toString()), new Cancellation()))
                    .isEqualTo("./source/main.c\n");
        });
    }

    @Test
    void givesScriptsFeaturesAndVariables() throws Exception {
        build("""
                [build]
                script = 'echo "$NAME $VERSION $FEATURES $FEATURE_WITH_X $NPROC $MINE" > result'
                install = 'install -D result "$DESTDIR/usr/share/result"'
                environment = { MINE = "yes" }
                [features.with-x]
                description = "x"
                depends = ["debian:x11-dev"]
                """, out -> assertThat(out.resolve("usr/share/result")).hasContent("demo 1.0 with-x 1 2 yes"));
    }

    @Test
    void runsTheCheckBeforeInstalling() {
        assertThatThrownBy(() -> build("[build]\nscript = \"make\"\n[check]\nscript = \"./demo; exit 4\"\n", out -> {}))
                .isInstanceOf(RebuildException.class)
                .hasMessageContaining("the check script ended with status 4");
    }

    @Test
    void saysWhatTheCompilerSaid() throws Exception {
        Files.writeString(source.resolve("main.c"), "int main(void) { return missing; }\n");
        assertThatThrownBy(() -> build("[build]\nscript = \"make\"\n", out -> {}))
                .hasMessageContaining("the build script ended with status 2")
                .hasMessageContaining("‘missing’ undeclared")
                .hasMessageContaining(temp.resolve("log").toString());
    }

    @Test
    void refusesAnInstallThatInstallsNothing() {
        assertThatThrownBy(() -> build("[build]\nscript = \"make\"\ninstall = \"true\"\n", out -> {}))
                .hasMessageContaining("put nothing below $DESTDIR");
    }

    @Test
    void refusesAFolderThatIsNotInTheSource() {
        assertThatThrownBy(() -> build("[build]\nscript = \"make\"\ndirectory = \"nothere\"\n", out -> {}))
                .hasMessageContaining("the source has no folder nothere");
    }

    @Test
    void dropsWhatDiffersFromBuildToBuild() throws Exception {
        build("""
                [build]
                script = 'true'
                install = '''
                mkdir -p "$DESTDIR/usr/share/info" "$DESTDIR/usr/lib"
                echo x > "$DESTDIR/usr/share/info/dir"
                echo '# demo.la - a libtool library file' > "$DESTDIR/usr/lib/demo.la"
                echo 'not libtool' > "$DESTDIR/usr/lib/other.la"
                ln -s demo "$DESTDIR/usr/lib/link"
                '''
                """, out -> {
            assertThat(out.resolve("usr/share/info/dir")).doesNotExist();
            assertThat(out.resolve("usr/lib/demo.la")).doesNotExist();
            assertThat(out.resolve("usr/lib/other.la")).exists();
        });
    }

    @Test
    void takesUsrForThePrefixOfAPlainConfigure() throws Exception {
        Files.writeString(source.resolve("configure"), """
                prefix=NONE; exec_prefix=NONE; sysconfdir='${prefix}/etc'; localstatedir='${prefix}/var'
                libdir='${exec_prefix}/lib'; datarootdir='${prefix}/share'; mandir='${datarootdir}/man'
                infodir='${datarootdir}/info'
                . "$CONFIG_SITE"
                echo "$prefix $sysconfdir $localstatedir $libdir $mandir" > result
                """);
        build(
                "[build]\nscript = \"sh ./configure\"\ninstall = 'install -D result \"$DESTDIR/usr/share/result\"'\n",
                out -> assertThat(out.resolve("usr/share/result"))
                        .hasContent("/usr /etc /var /usr/lib /usr/share/man"));
    }
}
