package org.sourceos.config.recipe;

import static org.sourceos.config.toml.Key.REQUIRED;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.config.ConfigException;
import org.sourceos.config.diagnostic.Complaints;
import org.sourceos.config.diagnostic.SourceText;
import org.sourceos.config.options.PackageDeclarations.PackageDeclaration;
import org.sourceos.config.toml.CheckedTable;
import org.sourceos.config.toml.Found;
import org.sourceos.config.toml.FreeTable;
import org.sourceos.config.toml.Key;
import org.sourceos.config.toml.KeyType;
import org.sourceos.config.toml.TableSchema;
import org.sourceos.config.toml.TomlDocument;

/**
 * Reads {@code catalogue.toml}: names of packages that a configuration may use before anybody has written their recipes, each
 * with a line about it and its options, as {@code [options]} of a recipe has them.
 */
public final class NamedPackages {
    private static final TableSchema PACKAGE = new TableSchema(
            "[packages.NAME]",
            "A package without a recipe.",
            List.of(
                    new Key("description", KeyType.STRING, REQUIRED, "\"Web browser\"", "One line for lists."),
                    new Key("options", KeyType.TABLE, "", "", "")));

    private static final TableSchema ROOT =
            new TableSchema("a catalogue", "", List.of(new Key("packages", KeyType.TABLE, REQUIRED, "", "")));

    private NamedPackages() {}

    /** @throws ConfigException with every mistake */
    public static SortedMap<String, PackageDeclaration> parse(String fileName, String text) throws ConfigException {
        Complaints complaints = new Complaints(new SourceText(fileName, text));
        CheckedTable root = TomlDocument.parse(text, ROOT, List.of(PACKAGE), complaints);
        RecipeReader reader = new RecipeReader(complaints);
        SortedMap<String, PackageDeclaration> packages = new TreeMap<>();
        Optional<FreeTable> table = root.freeTable("packages");
        if (table.isPresent()) {
            for (String name : table.get().names()) {
                reader.fits(new Found<>(name, table.get().keyPosition(name)), "package", Shape.NAME);
                table.get()
                        .table(name, PACKAGE, "{ description = \"…\" }")
                        .ifPresent(found -> packages.put(
                                name,
                                new PackageDeclaration(
                                        name,
                                        reader.shapedText(found, "description", Shape.LINE),
                                        new OptionReader(reader).read(found.freeTable("options")),
                                        false)));
            }
        }
        complaints.throwIfAny();
        return packages;
    }
}
