package org.sourceos.gitstore.known;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.sourceos.gitstore.Digest;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.git.GitObjects;

/**
 * The layer that a folder became last, in a file: what it was made of, and the objects that were made for it, its files apart.
 * Of the same it need not be made again.
 */
final class KnownLayer {
    /** The ending of its file, which lies beside the table of the folder's files. */
    static final String SUFFIX = ".layer";

    /** Changes when the same entries would become another layer. */
    private static final long MAGIC = 0x534f4c4159455231L;

    private static final int NAME = 20;
    private static final int HEAD = NAME + 32 + 8 + 8 + 4;
    private static final HexFormat HEX = HexFormat.of();

    private KnownLayer() {}

    /**
     * The layer, if it was made of that and is there.
     *
     * @param entries the files' contents among them are in the store
     */
    static Optional<StoredLayer> find(Path file, ByteBuffer entries, GitObjects objects) throws IOException {
        Optional<ByteBuffer> content = SummedFile.read(file, MAGIC);
        if (content.isEmpty()) {
            return Optional.empty();
        }
        ByteBuffer in = content.get();
        try {
            StoredLayer layer = new StoredLayer(name(in), new Digest(hex(in, 32)), in.getLong(), in.getLong());
            int made = in.getInt();
            int at = in.position() + made * NAME;
            if (!in.duplicate().position(at).equals(entries)) {
                return Optional.empty();
            }
            for (int i = 0; i < made; i++) {
                if (!objects.contains(name(in))) {
                    return Optional.empty();
                }
            }
            return Optional.of(layer);
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
            return Optional.empty(); // nothing of ours
        }
    }

    static void write(Path file, ByteBuffer entries, StoredLayer layer, List<ObjectName> made, Path temporary)
            throws IOException {
        ByteBuffer out = ByteBuffer.allocate(HEAD + made.size() * NAME);
        out.put(HEX.parseHex(layer.tree().hex()))
                .put(HEX.parseHex(layer.digest().hex()));
        out.putLong(layer.files()).putLong(layer.bytes()).putInt(made.size());
        made.forEach(name -> out.put(HEX.parseHex(name.hex())));
        SummedFile.write(file, MAGIC, temporary, out.flip(), entries);
    }

    private static ObjectName name(ByteBuffer in) {
        return new ObjectName(hex(in, NAME));
    }

    private static String hex(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return HEX.formatHex(bytes);
    }
}
