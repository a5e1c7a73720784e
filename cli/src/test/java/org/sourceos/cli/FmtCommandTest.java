package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FmtCommandTest {
    private static final String UGLY = "{a=1;\n  b = [1,2];}";
    private static final String NEAT = "{\n  a = 1;\n  b = [ 1, 2 ];\n}\n";
    private static final String BROKEN = "{\n  a = 1;\n  b = ;\n}\n";

    @TempDir
    private Path folder;

    private final FileTime longAgo = FileTime.from(Instant.parse("2020-02-02T02:02:02Z"));

    private TestContext fmt(int status, String... args) {
        return piped(status, "", args);
    }

    private TestContext piped(int status, String input, String... args) {
        TestContext context = TestContext.of(folder, Map.of(), input.getBytes(StandardCharsets.UTF_8));
        String[] words = Stream.concat(Stream.of("fmt"), Stream.of(args)).toArray(String[]::new);
        assertThat(context.execute(words)).as(context.err()).isEqualTo(status);
        return context;
    }

    private Path file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, longAgo);
        return file;
    }

    private void assertUntouched(Path file, String text) throws IOException {
        assertThat(file).hasContent(text);
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(longAgo);
    }

    @Test
    void rewritesFilesInPlaceAndKeepsTheirMode() throws IOException {
        Path ugly = file("ugly.nix", UGLY);
        Path other = file("other.nix", UGLY);
        Path neat = file("neat.nix", NEAT);
        Files.setPosixFilePermissions(ugly, PosixFilePermissions.fromString("rwxr-x---"));
        TestContext context = fmt(0, "ugly.nix", other.toString(), "neat.nix", "./ugly.nix");
        assertThat(ugly).hasContent(NEAT);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(ugly)))
                .isEqualTo("rwxr-x---");
        assertThat(other).hasContent(NEAT);
        assertUntouched(neat, NEAT);
        assertThat(context.out()).isEmpty();
        assertThat(context.err()).isEqualTo("formatted 2 files, 1 unchanged\n");
    }

    @Test
    void saysNothingWhenThereIsNothingToDo() throws IOException {
        file("neat.nix", NEAT);
        TestContext context = fmt(0, "neat.nix", ".");
        assertThat(context.out()).isEmpty();
        assertThat(context.err()).isEmpty();
    }

    @Test
    void formatsStandardInputToStandardOutput() throws IOException {
        assertThat(piped(0, UGLY).out()).isEqualTo(NEAT);
        TestContext dash = piped(0, UGLY, "-");
        assertThat(dash.out()).isEqualTo(NEAT);
        assertThat(dash.err()).isEmpty();
        TestContext broken = piped(2, BROKEN, "-");
        assertThat(broken.out()).isEmpty();
        assertThat(broken.err()).startsWith("<stdin>:3:7: syntax error").contains("3 |   b = ;");
    }

    @Test
    void keepsBytesThatAreNoText() {
        TestContext context = TestContext.of(folder, Map.of(), new byte[] {'"', (byte) 0xff, (byte) 0xc3, '"'});
        assertThat(context.execute("fmt")).isZero();
        assertThat(context.outBytes().toByteArray()).containsExactly('"', 0xff, 0xc3, '"', '\n');
    }

    @Test
    void searchesFoldersButNoLinksAndNotGit() throws IOException {
        Path top = file("in/top.nix", UGLY);
        Path deep = file("in/a/b/deep.nix", UGLY);
        Path text = file("in/a/readme.txt", UGLY);
        Path git = file("in/.git/hooks/x.nix", UGLY);
        Path outside = file("outside/x.nix", UGLY);
        Files.createSymbolicLink(folder.resolve("in/folder"), outside.getParent());
        Files.createSymbolicLink(folder.resolve("in/link.nix"), outside);
        assertThat(fmt(0, "in").err()).isEqualTo("formatted 2 files\n");
        assertThat(top).hasContent(NEAT);
        assertThat(deep).hasContent(NEAT);
        assertUntouched(text, UGLY);
        assertUntouched(git, UGLY);
        assertUntouched(outside, UGLY);
        Files.createDirectory(folder.resolve("empty"));
        assertThat(fmt(0, "empty").err()).isEqualTo("sourceos: no *.nix files in empty\n");
    }

    @Test
    void aLinkThatIsNamedStaysALink() throws IOException {
        Path target = file("target.nix", UGLY);
        Path link = Files.createSymbolicLink(folder.resolve("link.nix"), Path.of("target.nix"));
        fmt(0, "link.nix");
        assertThat(target).hasContent(NEAT);
        assertThat(Files.isSymbolicLink(link)).isTrue();
    }

    @Test
    void checkNamesWhatWouldChangeAndWritesNothing() throws IOException {
        Path one = file("in/one.nix", UGLY);
        Path two = file("in/two.nix", UGLY);
        file("in/neat.nix", NEAT);
        TestContext context = fmt(1, "--check", "in");
        assertThat(context.out()).isEqualTo("in/one.nix\nin/two.nix\n");
        assertThat(context.err()).isEqualTo("2 files would change, 1 unchanged\n");
        assertUntouched(one, UGLY);
        assertUntouched(two, UGLY);
        TestContext neat = fmt(0, "--check", "in/neat.nix");
        assertThat(neat.out() + neat.err()).isEmpty();
        assertThat(piped(1, UGLY, "--check").out()).isEqualTo("<stdin>\n");
        assertThat(piped(0, NEAT, "--check", "-").out()).isEmpty();
    }

    @Test
    void diffShowsWhatWouldChangeAndWritesNothing() throws IOException {
        Path ugly = file("ugly.nix", "{\n  a = 1;\n  b  =  2;\n  c = 3;\n}\n");
        String expected = String.join(
                "\n",
                "--- ugly.nix",
                "+++ ugly.nix",
                "@@ -1,5 +1,5 @@",
                " {",
                "   a = 1;",
                "-  b  =  2;",
                "+  b = 2;",
                "   c = 3;",
                " }",
                "");
        TestContext context = fmt(0, "--diff", "ugly.nix");
        assertThat(context.out()).isEqualTo(expected);
        assertThat(context.err()).isEqualTo("1 file would change\n");
        assertUntouched(ugly, Files.readString(ugly));
        assertThat(fmt(1, "--diff", "--check", "ugly.nix").out()).isEqualTo(expected);
        assertThat(piped(0, Files.readString(ugly), "--diff", "-").out()).contains("-  b  =  2;\n+  b = 2;\n");
    }

    @Test
    void aMistakeInOneFileStopsNoOther() throws IOException {
        Path broken = file("a-broken.nix", BROKEN);
        Path ugly = file("b-ugly.nix", UGLY);
        TestContext context = fmt(2, ".", "missing.nix");
        assertThat(context.err())
                .contains("a-broken.nix:3:7: syntax error, unexpected ';'\n  3 |   b = ;\n    |       ^\n")
                .contains("sourceos: cannot read missing.nix: there is no such file\n")
                .endsWith("formatted 1 file, 2 files failed\n");
        assertUntouched(broken, BROKEN);
        assertThat(ugly).hasContent(NEAT);
        assertThat(fmt(2, "--check", "a-broken.nix", "b-ugly.nix").out()).isEmpty();
    }

    @Test
    void aFileThatMayNotBeWrittenStaysAsItIs() throws IOException {
        assumeFalse(User.isRoot(), "root may write everything");
        Path file = file("fixed.nix", UGLY);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        assertThat(fmt(1, "fixed.nix").err()).isEqualTo("sourceos: cannot write fixed.nix: it is read-only\n");
        assertUntouched(file, UGLY);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.filter(path -> Files.exists(path, LinkOption.NOFOLLOW_LINKS)))
                    .containsExactly(file);
        }
    }

    @Test
    void theAdditionsAreOffInStandardTexts() {
        assertThat(piped(0, "{ a=http://example.org/x; }", "--standard").out())
                .isEqualTo("{ a = http://example.org/x; }\n");
        assertThat(piped(2, "[1, 2]", "--standard").err()).contains("<stdin>:1:3: syntax error, unexpected ','");
        assertThat(piped(2, "{ a=http://example.org/x; }").err()).contains("a URL is written in quotes");
    }

    @Test
    void asksForFilesAtATerminal() {
        TestContext plain = TestContext.of(folder, Map.of());
        CommandContext.Terminals terminal = new CommandContext.Terminals(true, true, true);
        TestContext context = new TestContext(
                new CommandContext(
                        plain.context().name(),
                        plain.context().library(),
                        plain.context().in(),
                        plain.context().out(),
                        plain.context().err(),
                        Map.of(),
                        folder,
                        terminal,
                        Signals.none(),
                        plain.context().clock(),
                        plain.context().cancellation(),
                        plain.context().resident()),
                plain.outBytes(),
                plain.errBytes());
        assertThat(context.execute("fmt")).isEqualTo(2);
        assertThat(context.err()).contains("which files?");
        assertThat(fmt(2, "-", "a.nix").err()).contains("do not go together");
    }
}
