package org.sourceos.gitstore;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.sourceos.gitstore.erofs.ErofsImage;
import org.sourceos.gitstore.git.GitObject;
import org.sourceos.gitstore.git.GitObjects;
import org.sourceos.gitstore.git.GitTree;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Directories;

/** Materialises by copying contents out of the repository: images and single files to {@code disks/}, directories to {@code roots/}. */
final class CopyingMaterializer implements Materializer {
    private static final String EROFS_WRITER = "erofs 1";
    private static final String FILE_WRITER = "file 1";

    /** What a record may name as its writer. */
    static final List<String> WRITERS = List.of(EROFS_WRITER, FILE_WRITER, PackDisks.writer());

    private final Path disks;
    private final GitObjects objects;
    private final LayerReader layers;
    private final Workspace workspace;
    private final Checkouts checkouts;

    CopyingMaterializer(Path store, GitObjects objects, LayerReader layers, Workspace workspace) {
        this.disks = store.resolve("disks");
        this.objects = objects;
        this.layers = layers;
        this.workspace = workspace;
        this.checkouts = new Checkouts(store.resolve("roots"), layers, workspace);
    }

    @Override
    public Path checkout(List<StoredLayer> wanted, Cancellation cancellation) throws IOException {
        return checkouts.checkout(wanted, cancellation);
    }

    @Override
    public Path erofsImage(StoredLayer layer, Cancellation cancellation) throws IOException {
        Path image = disks.resolve(layer.digest() + ".erofs");
        DerivedFile derived = new DerivedFile(image, EROFS_WRITER);
        if (derived.isUsable()) {
            return image;
        }
        byte[] uuid = HexFormat.of().parseHex(layer.digest().hex().substring(0, 32));
        Files.createDirectories(disks);
        Path temporary = workspace.newFolder();
        try {
            Path written = temporary.resolve("image");
            try (FileChannel out = FileChannel.open(
                    written, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                ErofsImage.write(layers.entries(layer.tree()), uuid, out, cancellation);
            }
            derived.install(written);
            return image;
        } finally {
            Directories.remove(temporary);
        }
    }

    @Override
    public Path file(StoredLayer layer, String path, Cancellation cancellation) throws IOException {
        GitTree.Entry entry = layers.find(layer.tree(), LayerReader.gitPath(path))
                .filter(e -> e.mode() == GitTree.FILE || e.mode() == GitTree.EXECUTABLE)
                .orElseThrow(() -> new NoSuchFileException(path, null, "layer " + layer.tree() + " has no such file"));
        String name = path.substring(path.lastIndexOf('/') + 1);
        // A blob's SHA-256 is not known to git: what was found out once is noted beside the files.
        Path note = disks.resolve(entry.object() + ".blob");
        Optional<Digest> known = noted(note);
        if (known.isPresent()) {
            Path file = disks.resolve(known.get() + "-" + name);
            if (new DerivedFile(file, FILE_WRITER).isUsable()) {
                return file;
            }
        }
        Files.createDirectories(disks);
        Path temporary = workspace.newFolder();
        try {
            Path written = temporary.resolve("file");
            GitObject blob = objects.open(entry.object());
            try (InputStream in = blob.open();
                    OutputStream out = Files.newOutputStream(written)) {
                byte[] buffer = new byte[1 << 18];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    cancellation.throwIfCancelled();
                    out.write(buffer, 0, n);
                }
            }
            Digest digest = Digest.ofFile(written);
            Path file = disks.resolve(digest + "-" + name);
            new DerivedFile(file, FILE_WRITER).install(written);
            AtomicFile.write(note, digest + "\n");
            return file;
        } finally {
            Directories.remove(temporary);
        }
    }

    private static Optional<Digest> noted(Path note) throws IOException {
        try {
            return Optional.of(new Digest(
                    Files.readString(note, StandardCharsets.ISO_8859_1).strip()));
        } catch (NoSuchFileException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
