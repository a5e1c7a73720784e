package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LanguageCommandsTest {
    @TempDir
    private Path folder;

    private TestContext context() {
        return TestContext.of(folder, Map.of("HOME", "/home/tester"));
    }

    private String printed(String... args) {
        TestContext context = context();
        assertThat(context.execute(args)).as(context.err()).isZero();
        return context.out();
    }

    @Test
    void evaluatesAnExpression() {
        assertThat(printed("eval", "-E", "1 + 2")).isEqualTo("3\n");
        assertThat(printed("eval", "--strict", "-E", "{ b = [ 1 \"x\" ]; a = null; }"))
                .isEqualTo("{ a = null; b = [ 1 \"x\" ]; }\n");
        assertThat(printed("eval", "--json", "-E", "{ a = [1, 2]; p = ./x; }"))
                .isEqualTo("{\"a\":[1,2],\"p\":\"./x\"}\n");
    }

    @Test
    void evaluatesAFileAndWhatItImports() throws Exception {
        Files.writeString(
                folder.resolve("a.nix"), "{ n, text ? \"none\" }: { value = (import ./b.nix) n; inherit text; }");
        Files.writeString(folder.resolve("b.nix"), "n: n * n");
        assertThat(printed("eval", "a.nix", "--arg", "n", "6 + 1", "-A", "value"))
                .isEqualTo("49\n");
        assertThat(printed(
                        "eval",
                        "a.nix",
                        "--arg",
                        "n",
                        "1",
                        "--argstr",
                        "text",
                        "é",
                        "--argstr",
                        "other",
                        "",
                        "-A",
                        "text"))
                .isEqualTo("\"é\"\n");
    }

    @Test
    void readsStandardInputAndTheSearchPath() throws Exception {
        Files.createDirectories(folder.resolve("lib"));
        Files.writeString(folder.resolve("lib/x.nix"), "\"found\"");
        TestContext context = TestContext.of(folder, Map.of(), "import <lib/x.nix>".getBytes(StandardCharsets.UTF_8));
        assertThat(context.execute("eval", "-I", "lib=./lib", "-")).isZero();
        assertThat(context.out()).isEqualTo("\"found\"\n");
    }

    @Test
    void saysWhereAMistakeIs() throws Exception {
        Files.writeString(folder.resolve("bad.nix"), "{\n  a = 1;\n  b = self.a\n}\n");
        TestContext syntax = context();
        assertThat(syntax.execute("eval", "bad.nix")).isEqualTo(ExitCode.UNUSABLE.status());
        assertThat(syntax.err()).contains("bad.nix:4:1: ").contains("4 | }").contains("^");

        Files.writeString(folder.resolve("bad.nix"), "let kernel = { version = \"6.1\"; };\nin kernel.verison\n");
        TestContext value = context();
        assertThat(value.execute("eval", "bad.nix")).isEqualTo(ExitCode.FAILED.status());
        assertThat(value.err()).contains("bad.nix:2:").contains("did you mean \"version\"?");
    }

    @Test
    void theAdditionsAreOffInStandardTexts() {
        assertThat(context().execute("eval", "--standard", "-E", "[1, 2]")).isEqualTo(ExitCode.UNUSABLE.status());
        assertThat(printed("eval", "--standard", "-E", "[1 2]")).isEqualTo("[ 1 2 ]\n");
    }

    @Test
    void parsesAndPrintsWithAllParentheses() {
        assertThat(printed("parse", "-E", "a: a + 1 * 2")).isEqualTo("(a: (a + (__mul 1 2)))\n");
    }
}
