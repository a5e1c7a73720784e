package org.sourceos.rebuild.source;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.config.debian.ControlFile;

/**
 * What a {@code .dsc} says (Debian Policy 5.4): a source package's name, version and files with their SHA-256.
 *
 * @param version the whole Debian version, epoch and revision included
 * @param files SHA-256 by name, the {@code .dsc} itself not among them
 */
record DebianDescription(String source, String version, SortedMap<String, ListedFile> files) {
    record ListedFile(String sha256, long size) {}

    /** Empty when the text is not such a file, or names files that are not plain names with sound hashes. */
    static Optional<DebianDescription> parse(String text) {
        List<ControlFile.Paragraph> paragraphs = ControlFile.parse(text);
        if (paragraphs.isEmpty()) {
            return Optional.empty();
        }
        ControlFile.Paragraph paragraph = paragraphs.get(0);
        Optional<String> source = paragraph.field("Source");
        Optional<String> version = paragraph.field("Version");
        Optional<String> sums = paragraph.field("Checksums-Sha256");
        if (source.isEmpty() || version.isEmpty() || sums.isEmpty()) {
            return Optional.empty();
        }
        SortedMap<String, ListedFile> files = new TreeMap<>();
        for (String line : sums.get().strip().split("\n")) {
            String[] words = line.strip().split("\\s+");
            boolean sound = words.length == 3
                    && words[0].matches("[0-9a-f]{64}")
                    && words[1].matches("\\d{1,15}")
                    && words[2].matches("[A-Za-z0-9][A-Za-z0-9+.:~_%-]*");
            if (!sound) {
                return Optional.empty();
            }
            files.put(words[2], new ListedFile(words[0], Long.parseLong(words[1])));
        }
        return Optional.of(new DebianDescription(source.get(), version.get(), files));
    }

    /** The version upstream gave it: without epoch and Debian revision (Debian Policy 5.6.12). */
    String upstreamVersion() {
        return upstreamVersion(version);
    }

    static String upstreamVersion(String version) {
        String withoutEpoch = version.substring(version.indexOf(':') + 1);
        int revision = withoutEpoch.lastIndexOf('-');
        return revision < 0 ? withoutEpoch : withoutEpoch.substring(0, revision);
    }
}
