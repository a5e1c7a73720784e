package org.sourceos.importer.scope;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.config.debian.Deb822;
import org.sourceos.importer.Scope;
import org.sourceos.importer.result.Findings;
import org.sourceos.importer.result.Note.Kind;
import org.sourceos.importer.result.Setting;

/**
 * What somebody answered to questions of packages: what debconf showed, and what is not its template's default. The database
 * of passwords is not opened, and what is a password by its template or its name is not taken from the other.
 */
final class Answers {
    private static final String ANSWERS = "/var/cache/debconf/config.dat";
    private static final String TEMPLATES = "/var/cache/debconf/templates.dat";
    private static final String PASSWORDS = "/var/cache/debconf/passwords.dat";

    private final DebianSystem system;
    private final Findings into;
    private final SortedMap<String, Template> templates = new TreeMap<>();

    private record Template(String type, String fallback) {}

    Answers(DebianSystem system, Findings into) {
        this.system = system;
        this.into = into;
    }

    void read() {
        if (system.files().status(PASSWORDS).isPresent()) {
            into.withheld(Scope.CONFIG, PASSWORDS, "passwords that packages asked for; the whole file");
        }
        each(
                TEMPLATES,
                paragraph -> paragraph
                        .field("Name")
                        .ifPresent(name -> templates.put(
                                name,
                                new Template(
                                        paragraph.field("Type").orElse(""),
                                        paragraph.field("Default").orElse("")))));
        each(ANSWERS, this::answer);
    }

    private void answer(Deb822.Paragraph paragraph) {
        String name = paragraph.field("Name").orElse("");
        String value = paragraph.field("Value").orElse("");
        boolean seen = paragraph.field("Flags").orElse("").contains("seen");
        if (name.isEmpty() || value.isEmpty() || !seen || into.isExcluded(name)) {
            return;
        }
        Template template =
                templates.getOrDefault(paragraph.field("Template").orElse(name), new Template("string", ""));
        if (template.type().equals("password") || ConfigReader.isSecret(name)) {
            into.secret(Scope.CONFIG, ANSWERS, value, "the answer to " + name);
        } else if (template.type().matches("string|boolean|select|multiselect") && !value.equals(template.fallback())) {
            into.set(
                    Scope.CONFIG,
                    ANSWERS + " (" + name + ")",
                    Setting.text(value),
                    "system",
                    "debian",
                    "answers",
                    name);
        }
    }

    private void each(String file, java.util.function.Consumer<Deb822.Paragraph> use) {
        if (!system.files().isFile(file)) {
            return;
        }
        try (BufferedReader reader = system.files().reader(file, StandardCharsets.UTF_8)) {
            Iterator<Deb822.Paragraph> paragraphs =
                    Deb822.read(DpkgStatus.lines(reader)).iterator();
            while (paragraphs.hasNext()) {
                use.accept(paragraphs.next());
            }
        } catch (IOException | UncheckedIOException e) {
            into.note(Scope.CONFIG, Kind.UNMAPPED, file, "cannot be read; is this run as root?");
        }
    }
}
