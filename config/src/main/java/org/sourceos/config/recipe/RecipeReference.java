package org.sourceos.config.recipe;

import java.util.List;
import org.sourceos.config.base.BaseSpec;
import org.sourceos.config.toml.Key;
import org.sourceos.config.toml.TableSchema;

/** docs/recipes.md, made from the keys the parser accepts. */
public final class RecipeReference {
    private static final String INTRODUCTION = """
            # Recipes

            <!-- Made from the parser's own table of keys (RecipeKeys); a test compares them. To make it anew:
                 mvn -Dquick -pl config test -Dtest=RecipeReferenceTest -Dgolden=write -->

            A recipe says how a program is made from its source and how its machine runs. It is a TOML file, `NAME.source.toml`, in
            `packages/` of the configuration repository or in `templates/packages`, alone or in a folder `NAME/` with its patches.

            ```toml
            [package]
            name = "hello"
            version = "2.12"
            source = "https://ftp.gnu.org/gnu/hello/hello-{version}.tar.gz"

            [build]
            script = \"""
            ./configure --prefix=/usr
            make -j$(nproc)
            \"""
            ```

            Everything else has a default. Mistakes are reported all at once, with line, column and what to write instead; keys that
            are not listed here are mistakes. Sizes and times are strings with a unit, or integers: `"512M"`, `"2G"` or MiB;
            `"30m"`, `"2h"`, `"1h30m"` or minutes.
            """.replace("\"\"\"", "'''");

    private static final String DEPENDENCIES = """

            ## `[dependencies]`

            Other recipes whose files it is built and run with, `NAME = "VERSION"`, or a table:

            ```toml
            [dependencies]
            zlib = "*"
            gtk3 = { version = "3.24", features = ["wayland"] }
            ```
            """;

    private static final String FEATURES = """

            For a feature that only scripts ask for, its description will do:

            ```toml
            [features]
            nls = "Speaks other languages"
            ```
            """;

    private static final String BASES = """

            # Bases

            """;

    private RecipeReference() {}

    /** The whole document. */
    public static String markdown() {
        StringBuilder text = new StringBuilder(INTRODUCTION);
        for (TableSchema table : List.of(
                RecipeKeys.PACKAGE,
                RecipeKeys.BUILD,
                RecipeKeys.CHECK,
                RecipeKeys.RUNTIME,
                RecipeKeys.READY,
                RecipeKeys.LIMITS,
                RecipeKeys.KERNEL)) {
            table(text, table);
        }
        text.append(DEPENDENCIES).append('\n');
        keys(text, RecipeKeys.DEPENDENCY);
        table(text, RecipeKeys.FEATURE);
        text.append(FEATURES);
        table(text, RecipeKeys.OPTION);
        table(text, RecipeKeys.INTEGRATION);
        table(text, RecipeKeys.DESKTOP);
        text.append(BASES).append(BaseSpec.SCHEMA.meaning()).append("\n\n");
        keys(text, BaseSpec.SCHEMA);
        return text.toString();
    }

    private static void table(StringBuilder text, TableSchema table) {
        text.append("\n## `").append(table.title()).append("`\n\n");
        text.append(table.meaning()).append("\n\n");
        keys(text, table);
    }

    private static void keys(StringBuilder text, TableSchema table) {
        text.append("| key | type | default | example | |\n|---|---|---|---|---|\n");
        for (Key key : table.keys()) {
            text.append("| `")
                    .append(key.name())
                    .append("` | ")
                    .append(key.type().documented())
                    .append(" | ")
                    .append(key.required() ? "**required**" : key.defaultText())
                    .append(" | `")
                    .append(key.example().strip().replace("\n", "\\n"))
                    .append("` | ")
                    .append(key.meaning())
                    .append(" |\n");
        }
    }
}
