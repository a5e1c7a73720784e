package org.sourceos.rebuild.base;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.commons.io.input.BoundedInputStream;
import org.sourceos.config.debian.ControlFile;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.gitstore.tree.TarLimits;
import org.sourceos.gitstore.tree.TarTree;
import org.sourceos.gitstore.tree.TreePath;

/**
 * A binary package ({@code deb(5)}): an {@code ar} archive of {@code debian-binary}, {@code control.tar.*} and
 * {@code data.tar.*}. Its maintainer scripts are neither read nor run.
 *
 * @param control the fields of its control file
 * @param data its files, as a tar archive of its own
 */
record DebFile(ControlFile.Paragraph control, Path data) {
    private static final byte[] MAGIC = "!<arch>\n".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER = 60;
    private static final TreePath CONTROL = TreePath.of("control");
    private static final int LONGEST_CONTROL = 4 << 20;

    /** Scripts, sums and translations: far above what any package of Debian has. */
    private static final TarLimits CONTROL_LIMITS = new TarLimits(10_000, 256 << 20);

    /** Packages of data compress to a tenth, and of tables to a hundredth; what a bomb unpacks to is a thousand times itself. */
    private static final long MOST_FROM_A_BYTE = 300;

    private static final long MOST_UNPACKED = 1L << 30;

    /** Takes the archive apart into {@code folder}, which must be the caller's own and empty. */
    static DebFile open(Path file, Path folder) throws IOException {
        Optional<Path> control = Optional.empty();
        Optional<Path> data = Optional.empty();
        try (InputStream in = Files.newInputStream(file)) {
            if (!java.util.Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
                throw new IOException(
                        file.getFileName() + " is not a Debian package: it does not start as an ar archive");
            }
            while (data.isEmpty()) {
                Member member = Member.read(in, file);
                if (member.name().startsWith("control.tar")) {
                    control = Optional.of(member.copyTo(in, folder.resolve("control.tar")));
                } else if (member.name().startsWith("data.tar")) {
                    data = Optional.of(member.copyTo(in, folder.resolve("data.tar")));
                } else {
                    in.skipNBytes(member.size());
                }
                if ((member.size() & 1) == 1 && data.isEmpty()) {
                    in.skipNBytes(1);
                }
            }
        } catch (EOFException e) {
            throw new IOException(file.getFileName() + " is not a whole Debian package: it ends too early", e);
        }
        if (control.isEmpty()) {
            throw new IOException(
                    file.getFileName() + " is not a Debian package: it has no control.tar before data.tar");
        }
        return new DebFile(readControl(file, control.get()), data.get());
    }

    private static ControlFile.Paragraph readControl(Path file, Path archive) throws IOException {
        List<ControlFile.Paragraph> paragraphs = new ArrayList<>();
        TarTree.Archive content = () -> Files.newInputStream(archive);
        new TarTree("control.tar of " + file.getFileName(), content, CONTROL_LIMITS).visit(entry -> {
            if (entry.path().equals(CONTROL) && entry.kind() instanceof FileKind.Regular regular) {
                try (InputStream in = regular.content().open()) {
                    String text = new String(in.readNBytes(LONGEST_CONTROL), StandardCharsets.UTF_8);
                    paragraphs.addAll(ControlFile.parse(text));
                }
            }
        });
        if (paragraphs.isEmpty()
                || paragraphs.get(0).field("Package").isEmpty()
                || paragraphs.get(0).field("Version").isEmpty()) {
            throw new IOException(file.getFileName() + " is not a Debian package: its control file names none");
        }
        return paragraphs.get(0);
    }

    /** One entry of an {@code ar} archive; the stream stands at its first byte. */
    private record Member(String name, long size) {
        static Member read(InputStream in, Path file) throws IOException {
            byte[] header = in.readNBytes(HEADER);
            if (header.length < HEADER) {
                throw new EOFException();
            }
            String text = new String(header, StandardCharsets.ISO_8859_1);
            String size = text.substring(48, 58).strip();
            if (!text.endsWith("`\n") || !size.matches("\\d{1,10}")) {
                throw new IOException(file.getFileName() + " is not a Debian package: a header in it is broken");
            }
            String name = text.substring(0, 16).strip();
            return new Member(name.endsWith("/") ? name.substring(0, name.length() - 1) : name, Long.parseLong(size));
        }

        Path copyTo(InputStream in, Path target) throws IOException {
            InputStream content = BoundedInputStream.builder()
                    .setInputStream(in)
                    .setMaxCount(size)
                    .setPropagateClose(false)
                    .get();
            if (Files.copy(content, target, StandardCopyOption.REPLACE_EXISTING) < size) {
                throw new EOFException();
            }
            return target;
        }
    }

    String name() {
        return control.fields().getOrDefault("Package", "");
    }

    String version() {
        return control.fields().getOrDefault("Version", "");
    }

    FileTree files() throws IOException {
        long most = Math.max(MOST_UNPACKED, Files.size(data) * MOST_FROM_A_BYTE);
        return new TarTree(
                "data.tar of " + name(),
                () -> Files.newInputStream(data),
                new TarLimits(TarLimits.DEFAULT.entries(), Math.min(most, TarLimits.DEFAULT.bytes())));
    }

    /** Names by which others may ask for it. */
    SortedSet<String> provides() {
        SortedSet<String> names = relationNames(control.field("Provides").orElse(""));
        names.add(name());
        return names;
    }

    /** Every name that its dependencies mention, alternatives included. */
    SortedSet<String> depends() {
        SortedSet<String> names = relationNames(control.field("Depends").orElse(""));
        names.addAll(relationNames(control.field("Pre-Depends").orElse("")));
        return names;
    }

    /** The names in a relationship field (Debian Policy 7.1), without versions, architectures and build profiles. */
    static SortedSet<String> relationNames(String field) {
        SortedSet<String> names = new TreeSet<>();
        for (String relation : field.split("[,|]")) {
            String name = relation.strip().replaceFirst("[\\s(\\[<:].*$", "");
            if (!name.isEmpty()) {
                names.add(name);
            }
        }
        return names;
    }
}
