package org.sourceos.config.nix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.config.diagnostic.Diagnostic;

class EvaluatorTest {
    private static Evaluator evaluator(EvalSettings settings) {
        return new Evaluator(new DirectoryIo(), settings);
    }

    private static String strict(EvalSettings settings, String text) throws Exception {
        Evaluator evaluator = evaluator(settings);
        return evaluator.print(evaluator.eval("/x/test.nix", text), true, PrintStyle.INSTANTIATE);
    }

    private static String standard(String text) throws Exception {
        return strict(EvalSettings.standard(), text);
    }

    private static EvalException failure(EvalSettings settings, String text) {
        return catchThrowableOfType(EvalException.class, () -> strict(settings, text));
    }

    private static Diagnostic mistake(String text) {
        return failure(EvalSettings.standard(), text).diagnostics().get(0);
    }

    @Test
    void readsListsWithCommasInTheDialectOnly() throws Exception {
        assertThat(strict(EvalSettings.sourceos(), "[ 1, (2), { a = [ ]; }, ]")).isEqualTo("[ 1 2 { a = [ ]; } ]");
        assertThat(strict(EvalSettings.sourceos(), "[ 1 2 ]")).isEqualTo("[ 1 2 ]");
        assertThatThrownBy(() -> standard("[ 1, 2 ]"))
                .isInstanceOf(ParseException.class)
                .hasMessageContaining("unexpected ','");
    }

    @Test
    void refusesListsThatMixCommasAndSpaces() {
        for (String list : List.of("[ 1, 2 3 ]", "[ 1 2, 3 ]", "[ 1 2, ]")) {
            assertThatThrownBy(() -> strict(EvalSettings.sourceos(), list))
                    .isInstanceOf(ParseException.class)
                    .hasMessageContaining("separated by commas or by spaces, not by both");
        }
    }

    @Test
    void readsKeywordsAfterADotInTheDialectOnly() throws Exception {
        assertThat(strict(EvalSettings.sourceos(), "{ input.inherit = true; }.input.inherit"))
                .isEqualTo("true");
        assertThatThrownBy(() -> standard("{ input.inherit = true; }")).isInstanceOf(ParseException.class);
    }

    @Test
    void refusesUnquotedUrlsInTheDialect() {
        assertThatThrownBy(() -> strict(EvalSettings.sourceos(), "[ http://a/b, http://c ]"))
                .isInstanceOf(ParseException.class)
                .hasMessageContaining("a URL is written in quotes");
    }

    @Test
    void pointsAtTheLineTheUserWrote() {
        assertThat(mistake("{\n  a = 1;\n  b = \"é\" + 1;\n}").render())
                .isEqualTo("/x/test.nix:3:13: cannot coerce an integer to a string: 1\n"
                        + "  3 |   b = \"é\" + 1;\n"
                        + "    |             ^");
    }

    @Test
    void countsColumnsInCharacters() {
        Diagnostic mistake = mistake("[ \"é\" (throw \"x\") ]");
        assertThat(mistake.position().column()).isEqualTo(8);
        assertThat(mistake.sourceLine()).isEqualTo("[ \"é\" (throw \"x\") ]");
    }

    @Test
    void suggestsTheAttributeThatWasMeant() {
        assertThat(mistake("{ kernel = 1; }.kernal").suggestion()).hasValue("did you mean \"kernel\"?");
        assertThat(mistake("({ memory }: memory) { memry = 1; }").suggestion()).hasValue("did you mean \"memry\"?");
        assertThat(mistake("with { firefox = 1; }; firefx").suggestion()).hasValue("did you mean \"firefox\"?");
    }

    @Test
    void showsTheCycleOfAnInfiniteRecursion() {
        Diagnostic mistake = mistake("let\n  a = b + 1;\n  b = c + 1;\n  c = a + 1;\nin a");
        assertThat(mistake.message()).isEqualTo("infinite recursion encountered");
        assertThat(mistake.suggestion().orElse("")).contains("test.nix:2:", "test.nix:3:", "test.nix:4:");
    }

    @Test
    void keepsWhatWasBeingEvaluatedForTheTrace() {
        EvalException failure =
                failure(EvalSettings.standard(), "let f = x: builtins.addErrorContext \"ctx\" (throw x); in f \"y\"");
        assertThat(failure.nixMessage()).isEqualTo("y");
        assertThat(failure.trace()).anyMatch(line -> line.startsWith("ctx at /x/test.nix:1:"));
        assertThat(failure.trace()).anyMatch(line -> line.startsWith("while calling 'f'"));
    }

    @Test
    void endsARecursionAtTheLimitAndGoesDeeperWhenAllowed() throws Exception {
        String deep = "let f = n: if n == 0 then 0 else 1 + f (n - 1); in f 199000";
        assertThat(failure(EvalSettings.standard(), deep).nixMessage())
                .isEqualTo("stack overflow; max-call-depth exceeded");
        EvalSettings deeper = EvalSettings.standard().withLimits(200_000, Long.MAX_VALUE, Long.MAX_VALUE);
        assertThat(strict(deeper, deep)).isEqualTo("199000");
    }

    @Test
    void endsEveryOtherKindOfDepthWithAnError() {
        for (String text : List.of(
                "builtins.foldl' (a: b: { inherit a; }) 1 (builtins.genList (x: x) 200000)",
                "let f = n: { x = f (n + 1); }; in builtins.deepSeq (f 0) 1",
                "builtins.toJSON (let f = n: [ (f n) ]; in f 0)",
                "let a = [ a ]; b = [ b ]; in a == b",
                "builtins.fromJSON (builtins.concatStringsSep \"\" (builtins.genList (x: \"[\") 20000))")) {
            EvalException failure = failure(EvalSettings.standard(), text);
            assertThat(failure).as(text).isNotNull();
        }
    }

    @Test
    void endsAfterTheStepsItMayTake() {
        EvalSettings few = EvalSettings.standard().withLimits(10_000, 100_000, Long.MAX_VALUE);
        String endless = "let f = l: f (builtins.tail l ++ l); in builtins.foldl' (a: b: a) 1 (builtins.genList (x: x)"
                + " 200000)";
        assertThat(failure(few, endless).nixMessage()).contains("took more than 100000 steps");
    }

    @Test
    void endsBeforeItNeedsMoreMemoryThanItMay() {
        EvalSettings small = EvalSettings.standard().withLimits(10_000, Long.MAX_VALUE, 10_000_000);
        for (String text : List.of(
                "builtins.genList (x: x) 2000000000",
                "let f = s: builtins.seq s (f (s + s)); in f \"0123456789\"",
                "let f = l: builtins.seq l (f (l ++ l)); in f [ 1 ]",
                "let f = s: builtins.seq s (f (builtins.replaceStrings [ \"a\" ] [ \"aaaaaaaaaa\" ] s)); in f \"a\"",
                "let f = s: builtins.seq s (f (builtins.toJSON [ s s s ])); in f \"\\\"\"")) {
            assertThat(failure(small, text).nixMessage()).as(text).contains("bytes of memory");
        }
    }

    @Test
    void stopsWhenItIsCancelled() throws Exception {
        Evaluator evaluator = evaluator(EvalSettings.standard());
        CompletableFuture<EvalException> ended = CompletableFuture.supplyAsync(() -> catchThrowableOfType(
                EvalException.class,
                () -> evaluator.eval(
                        "/x/a.nix",
                        "let l = builtins.genList (x: x) 10000; in builtins.foldl' (a: b: builtins.foldl' (c: d: c) a l)"
                                + " 1 (l ++ l ++ l ++ l ++ l ++ l ++ l ++ l ++ l ++ l ++ l ++ l ++ l ++ l)")));
        while (!ended.isDone()) {
            evaluator.cancel();
            TimeUnit.MILLISECONDS.sleep(5);
        }
        assertThat(ended.get().wasCancelled()).isTrue();
    }

    @Test
    void writesPathsRelativeToTheRepositoryInJson() throws Exception {
        Evaluator evaluator = evaluator(EvalSettings.sourceos());
        NixValue value = evaluator.eval("/repo/a/system.source.nix", "{ p = ./work; q = ../x.patch; r = /etc; }");
        assertThat(evaluator.json(value, "/repo")).isEqualTo("{\"p\":\"./a/work\",\"q\":\"./x.patch\",\"r\":\"/etc\"}");
    }

    @Test
    void refusesWhatNeedsAStore() {
        for (String text : List.of(
                "derivation { }",
                "builtins.fetchurl \"http://x\"",
                "builtins.getFlake \"x\"",
                "builtins.toFile \"a\" \"b\"")) {
            assertThat(failure(EvalSettings.standard(), text).nixMessage())
                    .as(text)
                    .contains("outside SourceOS's configuration language");
        }
        assertThat(failure(EvalSettings.standard(), "\"${/etc/passwd}\"").nixMessage())
                .contains("cannot copy '/etc/passwd' into a store");
    }

    @Test
    void importsEachFileOnceAndFollowsLinks(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("a.nix"), "builtins.trace \"read\" 1");
        Files.createSymbolicLink(folder.resolve("b.nix"), Path.of("a.nix"));
        Files.writeString(folder.resolve("c.nix"), "[ (import ./a.nix) (import ./b.nix) (import ./a.nix) ]");
        List<String> said = new ArrayList<>();
        Evaluator evaluator = evaluator(EvalSettings.standard().withTrace(said::add));
        NixValue value = evaluator.evalFile(folder.resolve("c.nix").toString());
        assertThat(evaluator.print(value, true, PrintStyle.INSTANTIATE)).isEqualTo("[ 1 1 1 ]");
        assertThat(said).containsExactly("trace: read");
    }

    @Test
    void seesNothingOfTheMachineUnlessItIsGiven() throws Exception {
        assertThat(standard("[ (builtins.getEnv \"PATH\") (builtins ? currentTime) (builtins ? currentSystem) ]"))
                .isEqualTo("[ \"\" false false ]");
        EvalSettings given = EvalSettings.standard()
                .withMachine(Map.of("A", "b"), Optional.of("/home/u"), "x86_64-linux", Optional.of(5L));
        assertThat(strict(given, "[ (builtins.getEnv \"A\") builtins.currentTime builtins.currentSystem ~/x ]"))
                .isEqualTo("[ \"b\" 5 \"x86_64-linux\" /home/u/x ]");
    }

    @Test
    void looksUpNamesInTheSearchPath() throws Exception {
        EvalSettings settings = EvalSettings.standard()
                .withSearchPath(List.of(
                        new EvalSettings.SearchPathEntry("x", "/etc"), new EvalSettings.SearchPathEntry("", "/")));
        assertThat(strict(settings, "[ <x/passwd> <etc> ]")).isEqualTo("[ /etc/passwd /etc ]");
    }

    @Test
    void callsFunctionsAndSelectsAttributes() throws Exception {
        Evaluator evaluator = evaluator(EvalSettings.standard());
        NixValue function = evaluator.eval("/x/a.nix", "{ name, n ? 1, ... }: { a.\"b c\" = [ name n ]; }");
        assertThat(evaluator.formals(function).orElseThrow())
                .containsExactlyInAnyOrderEntriesOf(Map.of("name", false, "n", true));
        NixValue result = evaluator.call(function, evaluator.attrs(Map.of("name", evaluator.string("é"))));
        NixValue selected = evaluator.select(result, "a.\"b c\".0");
        assertThat(((NixString) selected).text()).isEqualTo("é");
    }

    @Test
    void callsAFunctionWithTheArgumentsItsPatternNames() throws Exception {
        Evaluator evaluator = evaluator(EvalSettings.standard());
        Map<String, NixValue> arguments = Map.of("a", evaluator.string("x"), "b", evaluator.string("y"));
        NixValue called =
                evaluator.autoCall(evaluator.eval("/x/a.nix", "{ a, c ? 1 }: { r = { b }: [ a b c ]; }"), arguments);
        assertThat(evaluator.print(
                        evaluator.autoCall(evaluator.select(called, "r", arguments), arguments),
                        true,
                        PrintStyle.INSTANTIATE))
                .isEqualTo("[ \"x\" \"y\" 1 ]");
        NixValue needsMore = evaluator.eval("/x/b.nix", "{ a, other }: a");
        assertThatThrownBy(() -> evaluator.autoCall(needsMore, arguments))
                .isInstanceOf(EvalException.class)
                .hasMessageContaining("an argument without a value ('other')");
    }

    @Test
    void printsFunctionsInBothStyles() throws Exception {
        Evaluator evaluator = evaluator(EvalSettings.standard());
        NixValue value = evaluator.eval("/x/a.nix", "{ f = x: x; g = map; h = map (x: x); i = 1 + 1; }");
        assertThat(evaluator.print(value, false, PrintStyle.INSTANTIATE))
                .isEqualTo("{ f = <CODE>; g = <PRIMOP>; h = <CODE>; i = <CODE>; }");
        assertThat(evaluator.print(value, true, PrintStyle.DESCRIPTIVE))
                .isEqualTo("{ f = «lambda f @ /x/a.nix:1:7»; g = «primop map»;"
                        + " h = «partially applied primop map»; i = 2; }");
    }

    @Test
    void printsTheTreeOfAText() throws Exception {
        assertThat(evaluator(EvalSettings.standard())
                        .parse("/x/a.nix", "{ a, b ? 1, ... }@c: with c; if a < b then ./d else [ \"x${a}\" (-1) ]"))
                .isEqualTo("({ a, b ? 1, ... } @ c: (with c; (if (__lessThan a b) then /x/d else"
                        + " [ ((\"x\" + a)) ((__sub 0 1)) ])))");
    }
}
