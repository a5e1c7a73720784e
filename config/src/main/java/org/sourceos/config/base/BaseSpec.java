package org.sourceos.config.base;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.sourceos.config.ConfigException;
import org.sourceos.config.diagnostic.Complaints;
import org.sourceos.config.diagnostic.Quoted;
import org.sourceos.config.diagnostic.SourceText;
import org.sourceos.config.toml.CheckedTable;
import org.sourceos.config.toml.Found;
import org.sourceos.config.toml.Key;
import org.sourceos.config.toml.KeyType;
import org.sourceos.config.toml.TableSchema;
import org.sourceos.config.toml.TomlDocument;

/**
 * A build environment ({@code templates/bases/NAME/base.toml}): a Debian release and the packages to install in it.
 *
 * @param name the folder's name, {@code debian-12}
 * @param suite the release's codename, {@code bookworm}
 * @param packages beyond the essential ones, sorted
 * @param description one line for lists
 */
public record BaseSpec(String name, String suite, List<String> packages, Optional<String> description) {
    private static final Pattern NAME = Pattern.compile("(?!.*\\.\\.)[a-z0-9][a-z0-9+._-]{0,99}");
    private static final Pattern SUITE = Pattern.compile("[a-z][a-z0-9-]*");

    /** Debian Policy 5.6.1. */
    private static final Pattern PACKAGE = Pattern.compile("[a-z0-9][a-z0-9+.-]+");

    /** What a base.toml may hold, for the reader and the reference. */
    public static final TableSchema SCHEMA = new TableSchema(
            "a base",
            "A build environment, `templates/bases/NAME/base.toml`.",
            List.of(
                    new Key(
                            "name",
                            KeyType.STRING,
                            Key.REQUIRED,
                            "\"debian-12\"",
                            "The folder's name: lower-case letters, digits and `+ - . _`."),
                    new Key(
                            "suite",
                            KeyType.STRING,
                            Key.REQUIRED,
                            "\"bookworm\"",
                            "The codename of the Debian release."),
                    new Key(
                            "packages",
                            KeyType.STRING_SET,
                            Key.REQUIRED,
                            "[\"gcc\", \"make\"]",
                            "Debian packages to install beyond the essential ones."),
                    new Key(
                            "description",
                            KeyType.STRING,
                            "none",
                            "\"Debian 12 with a C compiler\"",
                            "One line for lists.")));

    public BaseSpec {
        packages = List.copyOf(packages);
    }

    public BaseSpec(String name, String suite, List<String> packages) {
        this(name, suite, packages, Optional.empty());
    }

    /**
     * @param file as messages show it; where it is {@code …/NAME/base.toml}, that name has to be the base's
     * @throws ConfigException with every mistake
     */
    public static BaseSpec parse(String file, String text) throws ConfigException {
        Complaints complaints = new Complaints(new SourceText(file, text));
        CheckedTable table = TomlDocument.parse(text, SCHEMA, List.of(), complaints);
        Optional<Found<String>> name = table.string("name");
        check(
                name,
                NAME,
                "the name of a base",
                "write lower-case letters, digits and + - . _, such as \"debian-12\"",
                complaints);
        Optional<String> folder = folder(file);
        if (name.isPresent()
                && folder.isPresent()
                && !folder.get().equals(name.get().value())) {
            complaints.add(
                    name.get().position(),
                    "the base is named " + Quoted.of(name.get().value()) + " and its folder " + Quoted.of(folder.get()),
                    "write name = " + Quoted.of(folder.get()) + ", or rename the folder");
        }
        Optional<Found<String>> suite = table.string("suite");
        check(suite, SUITE, "the codename of a release", "write a codename such as \"bookworm\"", complaints);
        List<String> packages = new ArrayList<>();
        for (Found<String> found : table.strings("packages")) {
            check(
                    Optional.of(found),
                    PACKAGE,
                    "the name of a Debian package",
                    "write lower-case letters, digits and + - ., such as \"libc6-dev\"",
                    complaints);
            packages.add(found.value());
        }
        complaints.throwIfAny();
        return new BaseSpec(
                name.orElseThrow().value(),
                suite.orElseThrow().value(),
                packages.stream().sorted().toList(),
                table.string("description").map(Found::value));
    }

    private static void check(
            Optional<Found<String>> found, Pattern pattern, String described, String advice, Complaints complaints) {
        if (found.isPresent() && !pattern.matcher(found.get().value()).matches()) {
            complaints.add(found.get().position(), Quoted.of(found.get().value()) + " is not " + described, advice);
        }
    }

    private static Optional<String> folder(String file) {
        String[] parts = file.split("/");
        return parts.length > 1 && parts[parts.length - 1].equals("base.toml")
                ? Optional.of(parts[parts.length - 2]).filter(part -> !part.isEmpty() && !part.startsWith("."))
                : Optional.empty();
    }
}
