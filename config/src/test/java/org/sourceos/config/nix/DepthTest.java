package org.sourceos.config.nix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way to go 200,000 deep ends well where the limit allows it, and in an ordinary error where it does not. */
class DepthTest {
    private static final int DEPTH = 200_000;

    static Stream<Arguments> shapes() {
        String chain = "builtins.foldl' (inner: _: %s) null (builtins.genList (x: x) n)";
        String sets = chain.formatted("{ inherit inner; }");
        String lists = chain.formatted("[ inner ]");
        return Stream.of(
                shape("a sum outside of the call", "200000", "f = k: if k == 0 then 0 else 1 + f (k - 1);", "f n"),
                shape(
                        "two functions in turn",
                        "true",
                        "even = k: k == 0 || odd (k - 1); odd = k: k != 0 && even (k - 1);",
                        "even n"),
                shape(
                        "a fold from the right",
                        "19999900000",
                        "list = builtins.genList (x: x) n;"
                                + " foldr = f: i: if i == n then 0 else f (builtins.elemAt list i) (foldr f (i + 1));",
                        "foldr (a: b: a + b) 0"),
                shape(
                        "patterns and with",
                        "200000",
                        "f = { k, ... }@a: with a; if k == 0 then 0 else assert k > 0; 1 + f { k = k - 1; x = f; };",
                        "f { k = n; }"),
                shape(
                        "a chain of lets",
                        "200000",
                        "f = k: value: if k == 0 then value else f (k - 1) (let x = value; y = x + 1; in y);",
                        "f n 0"),
                shape(
                        "a chain of attributes",
                        "200000",
                        "chain = builtins.foldl' (a: _: { v = a.v + 1; }) { v = 0; } (builtins.genList (x: x) n);",
                        "chain.v"),
                shape(
                        "functions put into functions",
                        "19999900000",
                        "f = builtins.foldl' (g: x: y: g (x + y)) (x: x) (builtins.genList (x: x) n);",
                        "f 0"),
                shape(
                        "calls by builtins",
                        "200000",
                        "f = k: if k == 0 then 0 else builtins.head (map (x: 1 + f x) [ (k - 1) ]);",
                        "f n"),
                shape("deepSeq of sets", "1", "", "builtins.deepSeq (" + sets + ") 1"),
                shape("deepSeq of lists", "1", "", "builtins.deepSeq (" + lists + ") 1"),
                shape("== of sets", "true", "make = _: " + sets + ";", "make 1 == make 2"),
                shape("== of lists", "true", "make = _: " + lists + ";", "make 1 == make 2"),
                shape("toJSON of sets", "2000004", "", "builtins.stringLength (builtins.toJSON (" + sets + "))"),
                shape("toJSON of lists", "400004", "", "builtins.stringLength (builtins.toJSON (" + lists + "))"));
    }

    private static Arguments shape(String name, String value, String definitions, String result) {
        return Arguments.of(name, value, "let n = " + DEPTH + "; " + definitions + " in " + result);
    }

    private static String evaluate(String text, int callDepth) throws Exception {
        EvalSettings settings = EvalSettings.standard().withLimits(callDepth, Long.MAX_VALUE, Long.MAX_VALUE);
        Evaluator evaluator = new Evaluator(new NoFiles(), settings);
        return evaluator.print(evaluator.eval("/x/test.nix", text), true, PrintStyle.INSTANTIATE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shapes")
    void goesDeeperWhenAllowed(String name, String value, String text) throws Exception {
        // What a builtin calls for later is up to four calls a level.
        assertThat(evaluate(text, 4 * DEPTH)).isEqualTo(value);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shapes")
    void endsInAnErrorAtTheUsualLimit(String name, String value, String text) {
        EvalException failure = catchThrowableOfType(EvalException.class, () -> evaluate(text, 10_000));
        assertThat(failure).isNotNull();
        assertThat(failure.nixMessage()).startsWith("stack overflow");
    }
}
