package org.sourceos.config.recipe;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sourceos.config.diagnostic.Complaints;
import org.sourceos.config.diagnostic.Quoted;
import org.sourceos.config.diagnostic.Suggestions;
import org.sourceos.config.recipe.PackageSpec.SourceLocation;
import org.sourceos.config.recipe.PackageSpec.SourceSpec;
import org.sourceos.config.toml.CheckedTable;
import org.sourceos.config.toml.Found;

/** Reads {@code [package] version}, {@code source} and {@code sha256}, which depend on each other. */
final class SourceReader {
    private static final String VERSION = "version";
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");

    private final RecipeReader reader;
    private final Complaints complaints;
    private final CheckedTable table;

    SourceReader(RecipeReader reader, CheckedTable table) {
        this.reader = reader;
        this.complaints = reader.complaints();
        this.table = table;
    }

    /** Empty when absent or complained about. */
    Optional<SourceSpec> read(Optional<String> version) {
        Optional<Found<String>> sha256 = reader.shaped(table, "sha256", Shape.SHA256);
        Optional<Found<String>> written = table.string("source");
        if (written.isEmpty()) {
            return Optional.empty();
        }
        Found<String> source = written.get();
        complainAboutMissingVersion(source);
        complainAboutUnprovenSource(source);
        Optional<String> text = replaced(source, version);
        Optional<SourceLocations.Mistake> mistake = text.flatMap(SourceLocations::mistake);
        mistake.ifPresent(
                found -> complaints.add(source.position(), "[package] source: " + found.message(), found.suggestion()));
        Optional<SourceLocation> location = text.flatMap(SourceLocations::parse);
        if (location.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new SourceSpec(location.get(), sha256.map(Found::value), source.position()));
    }

    private void complainAboutUnprovenSource(Found<String> source) {
        if (source.value().startsWith("http://") && !table.contains("sha256")) {
            complaints.addMissing(
                    source.position(),
                    "[package] source: plain http:// proves nothing about who answers, and there is no sha256",
                    "write https://, or add sha256 = \"…\"");
        }
    }

    private void complainAboutMissingVersion(Found<String> source) {
        if (table.contains(VERSION)) {
            return;
        }
        if (source.value().contains("{version}")) {
            complaints.addMissing(
                    source.position(),
                    "[package] source: {version} stands for a version that is not given",
                    "add version = \"1.0\"");
        } else if (!source.value().startsWith("debian:")) {
            complaints.addMissing(
                    table.position(),
                    "[package] needs version, which only a debian: source tells",
                    "add version = \"1.0\"");
        }
    }

    /** Empty when it cannot be known, which is complained about here or was before. */
    private Optional<String> replaced(Found<String> source, Optional<String> version) {
        Matcher placeholder = PLACEHOLDER.matcher(source.value());
        boolean known = true;
        while (placeholder.find()) {
            if (!placeholder.group(1).equals(VERSION)) {
                known = false;
                complaints.add(
                        source.position(),
                        "[package] source: unknown placeholder " + Quoted.of(placeholder.group()),
                        Suggestions.nearest(placeholder.group(1), List.of(VERSION, "name"))
                                .filter(VERSION::equals)
                                .map(near -> "did you mean {version}?")
                                .orElse("only {version} is replaced"));
            } else if (version.isEmpty()) {
                known = false;
            }
        }
        return known ? Optional.of(source.value().replace("{version}", version.orElse(""))) : Optional.empty();
    }
}
