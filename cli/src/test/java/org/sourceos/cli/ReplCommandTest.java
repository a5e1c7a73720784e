package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code repl} as a script uses it: lines from a pipe. */
class ReplCommandTest {
    @TempDir
    private Path folder;

    private Outcome repl(String typed, String... args) {
        TestContext context = TestContext.withTemplates(
                folder, Map.of("HOME", "/home/tester"), typed.getBytes(StandardCharsets.UTF_8));
        String[] words = new String[args.length + 1];
        words[0] = "repl";
        System.arraycopy(args, 0, words, 1, args.length);
        return new Outcome(context.execute(words), context.out(), context.err());
    }

    private String answer(String typed, String... args) {
        Outcome outcome = repl(typed, args);
        assertThat(outcome.status()).as(outcome.toString()).isZero();
        assertThat(outcome.err()).isEmpty();
        return outcome.out();
    }

    @Test
    void valuesArePrintedWithTheirElementsButNotTheirs() {
        assertThat(answer("1 + 2")).isEqualTo("3\n");
        assertThat(answer("\"é\"")).isEqualTo("\"é\"\n");
        assertThat(answer("{ b = [ 1 2 ]; a = null; c = x: x; }"))
                .isEqualTo("{ a = null; b = [ ... ]; c = «lambda c @ «repl»:1:30»; }\n");
        assertThat(answer(":p { b = [ 1 { c = 2; } ]; a = { }; }")).isEqualTo("{ a = { }; b = [ 1 { c = 2; } ]; }\n");
    }

    @Test
    void whatIsLongHasALineForEachElement() {
        String line = "builtins.genList (n: \"the text of the element of number ${toString n}\") 3";
        assertThat(answer(line)).isEqualTo("""
                        [
                          "the text of the element of number 0"
                          "the text of the element of number 1"
                          "the text of the element of number 2"
                        ]
                        """);
        assertThat(answer(":p { one = " + line + "; }")).isEqualTo("""
                        {
                          one = [
                            "the text of the element of number 0"
                            "the text of the element of number 1"
                            "the text of the element of number 2"
                          ];
                        }
                        """);
    }

    @Test
    void aFailingPartDoesNotHideTheOthers() {
        assertThat(answer("[ 1 (throw \"no\") (let x = x; in x) 4 ]"))
                .isEqualTo("[ 1 «error: no» «error: infinite recursion encountered» 4 ]\n");
        assertThat(answer(":p let s = { a = 1; self = s; }; in s")).isEqualTo("{ a = 1; self = «repeated»; }\n");
    }

    @Test
    void namesStayUntilTheyAreReloaded() throws IOException {
        Files.writeString(folder.resolve("a.nix"), "{ x, pkgs ? 1 }: { }");
        assertThat(answer("x = 20\ny = x + 1;\nx = 0\ny + x\n:env")).isEqualTo("21\nx = 0\ny = 21\n");
        Outcome gone = repl("x = 1\n:r\nx");
        assertThat(gone.status()).isEqualTo(1);
        assertThat(gone.out()).isEqualTo("loaded 0 files\n");
        assertThat(gone.err()).startsWith("«repl»:1:1: undefined variable 'x'");
    }

    @Test
    void anEntryGoesOnUntilItIsComplete() {
        assertThat(answer("{\n  a = ''\n    text\n  '';\n}.a\n1 +\n\n2")).isEqualTo("\"text\\n\"\n3\n");
        assertThat(answer("f = x:\n  x * 2\n:t\tf\n:p map f [\n1\n]")).isEqualTo("a function\n[ 2 ]\n");
        Outcome cut = repl("{ a = 1;");
        assertThat(cut.status()).isEqualTo(1);
        assertThat(cut.err()).contains("unexpected end of file");
    }

    @Test
    void filesAndSetsGiveNames() throws IOException {
        Path file = Files.writeString(folder.resolve("a.nix"), "{ lib, ... }: { one = 1; two = lib.id 2; }");
        assertThat(answer(":l a.nix\none + two\n:a { three = 3; }\nthree", "a.nix"))
                .isEqualTo("added 2 names of " + file + "\nadded 2 names of " + file + "\n3\nadded 1 name\n3\n");
        Outcome changed = repl(":l nowhere.nix\n:a 1");
        assertThat(changed.status()).isEqualTo(1);
        assertThat(changed.err())
                .isEqualTo("there is no file " + folder.resolve("nowhere.nix")
                        + "\n1 is an integer, and only the attributes of a set can become names\n");
    }

    @Test
    void packagesLibAndTheConfigurationAreThere() throws IOException {
        assertThat(answer("hello\npkgs.jq.name\nlib.take 1 [ 1 2 ]\n[ hello ]"))
                .contains("name = \"hello\";", "\"jq\"\n[ 1 ]\n[ «package hello» ]\n");
        Files.writeString(folder.resolve("system.source.nix"), "{ system.hostname = \"home\"; }");
        assertThat(answer("config.system.hostname")).isEqualTo("\"home\"\n");
        assertThat(answer("a = [1, 2]\n:p a")).isEqualTo("[ 1 2 ]\n");
        assertThat(repl("[1, 2]", "--standard").err()).contains("syntax error");
    }

    @Test
    void documentationIsAWordAway() {
        assertThat(answer(":doc map")).startsWith("map f list\n").contains("⇒");
        assertThat(answer(":doc lib.take")).startsWith("take = ").contains("lists.nix", "# Type");
        assertThat(answer(":doc let\n/**\n  Doubles.\n*/\ndouble = x: x * 2; in double"))
                .isEqualTo("double = x:\n  «repl»:5:10\n\nDoubles.\n");
        assertThat(answer(":doc firefox")).startsWith("package firefox");
        Outcome none = repl(":doc 1");
        assertThat(none.status()).isEqualTo(1);
        assertThat(none.err()).contains("1 is an integer; functions and packages have documentation");
    }

    @Test
    void mistakesAreShownAndTheNextLineIsRead() {
        Outcome outcome = repl("a.b\n:nonsense\n:dco map\n:t\n:t 1.5\n:te true\nlet f = x: throw \"no\"; in f 1");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.out()).isEqualTo("a float\nerrors show everything that was being evaluated\n");
        assertThat(outcome.err())
                .contains("undefined variable 'a'")
                .contains("there is no command :nonsense; :? lists them")
                .contains("there is no command :dco: did you mean \":doc\"?")
                .contains("what? :t EXPR: the type of a value")
                .contains("no", "  while calling");
    }

    @Test
    void helpListsAllAndQuitLeaves() {
        assertThat(answer(":?\n:q\n1"))
                .contains(":l, :load FILE", "NAME = EXPR")
                .endsWith("ends an evaluation.\n");
    }
}
