package org.sourceos.rebuild.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.tree.FileContent;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.gitstore.tree.FileMetadata;
import org.sourceos.gitstore.tree.TreePath;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.RebuildException;

/** Real programs and libraries from gcc, in trees made up in memory. */
final class RuntimeClosureTest {
    private static final String LIBC_FOLDER = "usr/lib/x86_64-linux-gnu/";

    @TempDir
    static Path temp;

    private static final Map<String, byte[]> BUILT = new LinkedHashMap<>();

    private final List<String> warnings = new ArrayList<>();
    private final Map<String, FileKind> own = new TreeMap<>();
    private final Map<String, FileKind> dependency = new TreeMap<>();
    private final Map<String, FileKind> base = new TreeMap<>();
    private RuntimeNeeds needs = new RuntimeNeeds("demo", List.of(), List.of(), List.of(), List.of(), false, Set.of());

    @BeforeAll
    static void compile() throws Exception {
        Files.writeString(temp.resolve("inner.c"), "int inner(void) { return 1; }\n");
        Files.writeString(temp.resolve("outer.c"), "int inner(void);\nint outer(void) { return inner(); }\n");
        Files.writeString(temp.resolve("main.c"), "int outer(void);\nint main(void) { return outer(); }\n");
        gcc("-shared", "-fPIC", "-nostdlib", "-Wl,-soname,libinner.so.1", "-o", "libinner.so.1", "inner.c");
        gcc(
                "-shared",
                "-fPIC",
                "-nostdlib",
                "-Wl,-soname,libouter.so.2",
                "-o",
                "libouter.so.2",
                "outer.c",
                "./libinner.so.1");
        gcc("-o", "demo", "main.c", "libouter.so.2", "-Wl,--allow-shlib-undefined");
        gcc(
                "-o",
                "rpathed",
                "main.c",
                "libouter.so.2",
                "-Wl,--allow-shlib-undefined,--disable-new-dtags,-rpath,$ORIGIN/../lib/demo");
        for (String name : List.of("libinner.so.1", "libouter.so.2", "demo", "rpathed")) {
            BUILT.put(name, Files.readAllBytes(temp.resolve(name)));
        }
    }

    private static void gcc(String... arguments) throws Exception {
        new ProcessRunner()
                .output(
                        Command.of("gcc")
                                .withArguments(Arrays.asList(arguments))
                                .withDirectory(temp),
                        new Cancellation());
    }

    private static FileKind built(String name) {
        return file(java.util.Objects.requireNonNull(BUILT.get(name)));
    }

    private static FileKind text(String text) {
        return file(text.getBytes(StandardCharsets.UTF_8));
    }

    private static FileKind file(byte[] content) {
        return new FileKind.Regular(new FileContent() {
            @Override
            public long size() {
                return content.length;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(content);
            }
        });
    }

    private static FileKind link(String target) {
        return new FileKind.Symlink(target.getBytes(StandardCharsets.UTF_8));
    }

    private static LayerIndex index(String name, Map<String, FileKind> files) {
        SortedMap<TreePath, FileEntry> entries = new TreeMap<>();
        files.forEach((path, kind) -> {
            TreePath place = TreePath.of(path);
            entries.put(place, new FileEntry(place, kind, FileMetadata.ofRoot(0755)));
            for (TreePath folder = place; !folder.isRoot(); ) {
                folder = folder.parent();
                entries.putIfAbsent(folder, new FileEntry(folder, new FileKind.Directory(), FileMetadata.ofRoot(0755)));
            }
        });
        return new LayerIndex(name, entries);
    }

    /** A base with what every dynamic program of Debian asks for. */
    private void giveLibc() {
        base.put("lib", link("usr/lib"));
        base.put("lib64", link("usr/lib64"));
        base.put("bin", link("usr/bin"));
        base.put("usr/lib64/ld-linux-x86-64.so.2", link("/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"));
        base.put(LIBC_FOLDER + "ld-linux-x86-64.so.2", built("libinner.so.1"));
        base.put(LIBC_FOLDER + "libc.so.6", built("libinner.so.1"));
    }

    private List<Selection> select() throws Exception {
        return new RuntimeClosure(
                        List.of(index("demo", own), index("libs", dependency), index("debian-12", base)), warnings::add)
                .select(needs);
    }

    private static List<String> files(Selection selection) {
        return selection.entries().values().stream()
                .filter(entry -> !(entry.kind() instanceof FileKind.Directory))
                .map(entry -> entry.path().toString())
                .toList();
    }

    @Test
    void followsLibrariesThroughLinksAndLayers() throws Exception {
        giveLibc();
        own.put("usr/bin/demo", built("demo"));
        dependency.put("usr/lib/libouter.so.2", link("libouter.so.2.1"));
        dependency.put("usr/lib/libouter.so.2.1", built("libouter.so.2"));
        dependency.put("usr/lib/libunused.so", built("libouter.so.2"));
        base.put(LIBC_FOLDER + "libinner.so.1", built("libinner.so.1"));
        base.put(LIBC_FOLDER + "libunused.so.1", built("libinner.so.1"));
        List<Selection> selections = select();
        assertThat(files(selections.get(0))).containsExactly("usr/bin/demo");
        assertThat(files(selections.get(1))).containsExactly("usr/lib/libouter.so.2", "usr/lib/libouter.so.2.1");
        assertThat(files(selections.get(2)))
                .containsExactly(
                        LIBC_FOLDER + "ld-linux-x86-64.so.2",
                        LIBC_FOLDER + "libc.so.6",
                        LIBC_FOLDER + "libinner.so.1",
                        "usr/lib64/ld-linux-x86-64.so.2");
        assertThat(files(selections.get(3))).contains("etc/passwd", "bin", "lib64");
    }

    @Test
    void prefersADependencysLibraryToTheBases() throws Exception {
        giveLibc();
        own.put("usr/bin/demo", built("demo"));
        base.put(LIBC_FOLDER + "libouter.so.2", built("libouter.so.2"));
        base.put(LIBC_FOLDER + "libinner.so.1", built("libinner.so.1"));
        dependency.put("usr/lib/libouter.so.2", built("libouter.so.2"));
        List<Selection> selections = select();
        assertThat(files(selections.get(1))).containsExactly("usr/lib/libouter.so.2");
        assertThat(files(selections.get(2))).doesNotContain(LIBC_FOLDER + "libouter.so.2");
    }

    @Test
    void looksWhereRpathSaysAlsoForLibrariesOfLibraries() throws Exception {
        giveLibc();
        own.put("usr/bin/rpathed", built("rpathed"));
        dependency.put("usr/lib/demo/libouter.so.2", built("libouter.so.2"));
        dependency.put("usr/lib/demo/libinner.so.1", built("libinner.so.1"));
        assertThat(files(select().get(1))).containsExactly("usr/lib/demo/libinner.so.1", "usr/lib/demo/libouter.so.2");
    }

    @Test
    void namesTheFileAndTheLibraryThatIsNowhere() {
        giveLibc();
        own.put("usr/bin/demo", built("demo"));
        assertThatThrownBy(this::select)
                .isInstanceOfSatisfying(
                        RebuildException.class, e -> assertThat(e.kind()).isEqualTo(RebuildException.Kind.BUILD_FAILED))
                .hasMessageContaining("/usr/bin/demo of demo needs the library libouter.so.2")
                .hasMessageContaining("demo, libs, debian-12");
    }

    @Test
    void leavesOutWhatIsReadOnlyWhenBuilding() throws Exception {
        own.put("usr/share/man/man1/demo.1", text("manual"));
        own.put("usr/include/demo.h", text("header"));
        own.put("usr/lib/libdemo.a", text("archive"));
        own.put("usr/lib/pkgconfig/demo.pc", text("flags"));
        own.put("usr/share/demo/data", text("data"));
        own.put("usr/share/demo/big", text("big"));
        needs = new RuntimeNeeds(
                "demo", List.of(), List.of("/usr/share/demo/big"), List.of(), List.of(), false, Set.of());
        assertThat(files(select().get(0))).containsExactly("usr/share/demo/data");
    }

    @Test
    void takesTheShellOnlyForScripts() throws Exception {
        base.put("usr/bin/sh", link("dash"));
        base.put("usr/bin/dash", text("a shell"));
        base.put("bin", link("usr/bin"));
        own.put("usr/bin/data", text("no script"));
        assertThat(files(select().get(2))).isEmpty();
        own.put("usr/bin/script", text("#!/bin/sh -e\necho\n"));
        assertThat(files(select().get(2))).containsExactly("usr/bin/dash", "usr/bin/sh");
    }

    @Test
    void findsTheProgramThatEnvRuns() throws Exception {
        base.put("usr/bin/env", text("env"));
        base.put("usr/bin/lua", text("lua"));
        own.put("usr/bin/script", text("#!/usr/bin/env lua\n"));
        assertThat(files(select().get(2))).containsExactly("usr/bin/env", "usr/bin/lua");
        assertThat(warnings).isEmpty();
    }

    @Test
    void warnsOfAScriptThatCannotRun() throws Exception {
        own.put("usr/bin/script", text("#!/usr/bin/perl\n"));
        select();
        assertThat(warnings).singleElement().asString().contains("/usr/bin/script will not run: /usr/bin/perl");
    }

    @Test
    void includesWhatTheRecipeNames() throws Exception {
        dependency.put("usr/lib/plugins/one.so", text("1"));
        base.put("usr/share/data/x/y", text("2"));
        needs = new RuntimeNeeds(
                "demo",
                List.of("/usr/lib/plugins/*.so", "/usr/share/data"),
                List.of(),
                List.of(),
                List.of(),
                false,
                Set.of());
        List<Selection> selections = select();
        assertThat(files(selections.get(1))).containsExactly("usr/lib/plugins/one.so");
        assertThat(files(selections.get(2))).containsExactly("usr/share/data/x/y");
    }

    @Test
    void refusesAnIncludeThatMatchesNothing() {
        needs = new RuntimeNeeds("demo", List.of("/usr/lib/nothing"), List.of(), List.of(), List.of(), false, Set.of());
        assertThatThrownBy(this::select).hasMessageContaining("includes /usr/lib/nothing");
    }

    @Test
    void takesLocalesTerminalsAndCertificatesWhenAskedTo() throws Exception {
        base.put("usr/lib/locale/de_DE.utf8/LC_CTYPE", text("ctype"));
        base.put("usr/lib/locale/fr_FR.utf8/LC_CTYPE", text("ctype"));
        own.put("usr/share/locale/de/LC_MESSAGES/demo.mo", text("hallo"));
        own.put("usr/share/locale/fr/LC_MESSAGES/demo.mo", text("salut"));
        base.put("usr/lib/terminfo/x/xterm-256color", text("terminal"));
        base.put("usr/lib/terminfo/v/vt100", text("terminal"));
        base.put("etc/ssl/certs/ca-certificates.crt", text("certificates"));
        needs = new RuntimeNeeds(
                "demo", List.of(), List.of(), List.of("de_DE.UTF-8"), List.of("xterm-256color"), true, Set.of());
        List<Selection> selections = select();
        assertThat(files(selections.get(0))).containsExactly("usr/share/locale/de/LC_MESSAGES/demo.mo");
        assertThat(files(selections.get(2)))
                .containsExactly(
                        "etc/ssl/certs/ca-certificates.crt",
                        "usr/lib/locale/de_DE.utf8/LC_CTYPE",
                        "usr/lib/terminfo/x/xterm-256color");
    }

    @Test
    void saysWhatABaseLacks() {
        needs = new RuntimeNeeds("demo", List.of(), List.of(), List.of(), List.of("xterm"), false, Set.of());
        assertThatThrownBy(this::select).hasMessageContaining("terminal description xterm");
        needs = new RuntimeNeeds("demo", List.of(), List.of(), List.of("xx_YY"), List.of(), false, Set.of());
        assertThatThrownBy(this::select).hasMessageContaining("the locale xx_YY");
        needs = new RuntimeNeeds("demo", List.of(), List.of(), List.of(), List.of(), true, Set.of());
        assertThatThrownBy(this::select).hasMessageContaining("add ca-certificates");
    }

    @Test
    void endsWithLinksThatGoRoundAndLinksToNowhere() throws Exception {
        own.put("usr/bin/a", link("b"));
        own.put("usr/bin/b", link("a"));
        own.put("usr/bin/up", link("../../../../../etc/none"));
        own.put("usr/bin/proc", link("/proc/self/exe"));
        assertThat(files(select().get(0))).hasSize(4);
    }

    @Test
    void takesTheFileThatAHardLinkNames() throws Exception {
        own.put("usr/include/x", text("shared"));
        own.put("usr/bin/y", new FileKind.HardLink(TreePath.of("usr/include/x")));
        Selection selection = select().get(0);
        List<String> visited = new ArrayList<>();
        selection.visit(entry -> {
            if (!(entry.kind() instanceof FileKind.Directory)) {
                visited.add(entry.path().toString());
            }
        });
        assertThat(visited).containsExactly("usr/include/x", "usr/bin/y");
    }
}
