package org.sourceos.config.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.sourceos.config.toml.Key;
import org.sourceos.config.toml.KeyType;
import org.sourceos.config.toml.TableSchema;

class RecipeReferenceTest {
    private static final Path DOCUMENT = Path.of("../docs/recipes.md");

    @Test
    void theReferenceSaysWhatTheParserKnows() throws IOException {
        if ("write".equals(System.getProperty("golden"))) {
            Files.createDirectories(DOCUMENT.getParent());
            Files.writeString(DOCUMENT, RecipeReference.markdown());
        }

        assertThat(Files.readString(DOCUMENT))
                .as(
                        "docs/recipes.md; to make it anew: mvn -Dquick -pl config test -Dtest=RecipeReferenceTest -Dgolden=write")
                .isEqualTo(RecipeReference.markdown());
    }

    @TestFactory
    Stream<DynamicTest> everyExampleIsAccepted() {
        return Stream.of(
                        RecipeKeys.PACKAGE,
                        RecipeKeys.BUILD,
                        RecipeKeys.CHECK,
                        RecipeKeys.RUNTIME,
                        RecipeKeys.READY.titled("[runtime.ready]"),
                        RecipeKeys.INTEGRATION,
                        RecipeKeys.DESKTOP,
                        RecipeKeys.DEPENDENCY.titled("[dependencies.zlib]"),
                        RecipeKeys.FEATURE.titled("[features.small]"),
                        RecipeKeys.OPTION.titled("[options.profile]"))
                .flatMap(table -> table.keys().stream()
                        .map(key -> DynamicTest.dynamicTest(
                                table.title() + " " + key.name(),
                                () -> assertThatCode(() -> parseWith(table, key))
                                        .doesNotThrowAnyException())));
    }

    private static void parseWith(TableSchema table, Key key) throws Exception {
        String example =
                key.type() == KeyType.STRING ? key.example().replace("0123…cdef", "0".repeat(64)) : key.example();
        StringBuilder recipe = new StringBuilder();
        for (String line : List.of(
                "[package]",
                "name = \"hello\"",
                "version = \"1\"",
                "source = \"debian:hello\"",
                "[build]",
                "script = \"make $FEATURES\"")) {
            if (!(line.startsWith(key.name() + " ")
                    && List.of("[package]", "[build]").contains(table.title()))) {
                recipe.append(line).append('\n');
            }
            if (line.equals(table.title())) {
                recipe.append(key.name()).append(" = ").append(example).append('\n');
            }
        }
        if (!List.of("[package]", "[build]").contains(table.title())) {
            recipe.append(table.title())
                    .append('\n')
                    .append(key.name())
                    .append(" = ")
                    .append(example)
                    .append('\n');
        }
        if (table.title().startsWith("[options.") && !key.name().equals("type")) {
            recipe.append("type = \"string\"\n");
        }
        if (table.title().equals("[runtime]") && key.name().equals("ready")) {
            recipe.append("checkpoint = \"ready\"\n");
        } else if (table.title().equals("[runtime.ready]")) {
            recipe.insert(recipe.indexOf("[runtime.ready]"), "[runtime]\ncheckpoint = \"ready\"\n");
        }
        if (table.title().equals("[desktop]") && !key.name().equals("name")) {
            recipe.append("name = \"Hello\"\n");
        }
        PackageSpecParser.parse("hello.source.toml", recipe.toString());
    }
}
