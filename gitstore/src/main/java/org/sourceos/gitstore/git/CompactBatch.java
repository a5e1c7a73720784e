package org.sourceos.gitstore.git;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.jspecify.annotations.Nullable;
import org.sourceos.host.Cancellation;

/**
 * Some objects, each said as shortly as it can be: compressed as well as zlib does, or as the difference to one before it in
 * the batch. A batch is one thread's work and needs nothing of others.
 */
final class CompactBatch {
    /** Above it a difference would need more memory to be read than a small computer has to spare. */
    static final long LARGEST_DELTA = 64L << 20;
    /** Above it not even the compressed form is held in memory. */
    static final long LARGEST_HELD = 256L << 20;

    static final int LEVEL = 9;
    /** Who reads the last of a chain reads all of it. */
    private static final int LONGEST_CHAIN = 16;

    private static final int WINDOW = 10;
    private static final int WINDOW_OF_LARGE = 3;
    private static final int LARGE = 1 << 20;
    private static final int SMALLEST_DELTA = 64;
    private static final int MOST_SHRUNK = 32;
    private static final int CHUNK = 1 << 16;
    private static final byte[] ZIP = HexFormat.of().parseHex("504b0304");

    private final GitObjects objects;
    private final List<CompactItem> items;
    private final Cancellation cancellation;
    private final List<Candidate> window = new ArrayList<>();

    CompactBatch(GitObjects objects, List<CompactItem> items, Cancellation cancellation) {
        this.objects = objects;
        this.items = items;
        this.cancellation = cancellation;
    }

    /**
     * An object as it will stand in a pack.
     *
     * @param base which one of the batch it is said in terms of; -1 for none
     * @param inflated how long what is compressed is
     * @param deflated null for what is too large to be held
     */
    record Encoded(CompactItem item, int base, long inflated, byte @Nullable [] deflated) {}

    /** One that the next may be said in terms of. */
    private static final class Candidate {
        private final int number;
        private final CompactItem item;
        private final byte[] content;
        private final int depth;
        private @Nullable DeltaBase index;

        Candidate(int number, CompactItem item, byte[] content, int depth) {
            this.number = number;
            this.item = item;
            this.content = content;
            this.depth = depth;
        }

        DeltaBase index() {
            DeltaBase made = index;
            if (made == null) {
                made = new DeltaBase(content);
                index = made;
            }
            return made;
        }
    }

    List<Encoded> encode() throws IOException {
        List<Encoded> all = new ArrayList<>();
        for (CompactItem item : items) {
            cancellation.throwIfCancelled();
            all.add(encode(item, all.size()));
        }
        return all;
    }

    private Encoded encode(CompactItem item, int number) throws IOException {
        GitObject object = item.open(objects);
        if (object.size() > LARGEST_HELD) {
            return new Encoded(item, -1, object.size(), null);
        }
        if (object.size() > LARGEST_DELTA) {
            try (InputStream in = object.open()) {
                return new Encoded(item, -1, object.size(), deflate(in));
            }
        }
        byte[] content = object.bytes();
        if (content.length < SMALLEST_DELTA || isNoise(content)) {
            return new Encoded(item, -1, content.length, deflate(content));
        }
        forgetUnlike(item);
        Optional<Difference> found = smallest(content);
        if (found.isPresent()) {
            byte[] delta = found.get().delta;
            byte[] deflated = deflate(delta);
            // What is very much shorter need not be compared.
            byte[] whole = deflated.length > content.length / 16 ? deflate(content) : null;
            if (whole == null || deflated.length < whole.length - whole.length / 8) {
                remember(new Candidate(number, item, content, found.get().base.depth + 1));
                return new Encoded(item, found.get().base.number, delta.length, deflated);
            }
            remember(new Candidate(number, item, content, 0));
            return new Encoded(item, -1, content.length, whole);
        }
        remember(new Candidate(number, item, content, 0));
        return new Encoded(item, -1, content.length, deflate(content));
    }

    /** What was compressed before has nothing in common with anything; archives may hold their files as they are. */
    private static boolean isNoise(byte[] content) {
        return AlreadyCompressed.is(content, content.length)
                && !java.util.Arrays.equals(content, 0, ZIP.length, ZIP, 0, ZIP.length);
    }

    private void forgetUnlike(CompactItem item) {
        if (!window.isEmpty() && !window.get(0).item.isLike(item)) {
            window.clear();
        }
    }

    private void remember(Candidate candidate) {
        int most = candidate.content.length > LARGE ? WINDOW_OF_LARGE : WINDOW;
        window.add(candidate);
        while (window.size() > most) {
            window.remove(0);
        }
    }

    private record Difference(Candidate base, byte[] delta) {}

    private Optional<Difference> smallest(byte[] content) {
        Optional<Difference> best = Optional.empty();
        int limit = content.length / 4 * 3;
        for (int i = window.size() - 1; i >= 0; i--) {
            Candidate base = window.get(i);
            cancellation.throwIfCancelled();
            if (base.depth >= LONGEST_CHAIN || base.content.length / MOST_SHRUNK > content.length) {
                continue;
            }
            Optional<byte[]> delta = base.index().encode(content, limit);
            if (delta.isPresent()) {
                best = Optional.of(new Difference(base, delta.get()));
                limit = delta.get().length - 1;
            }
        }
        return best;
    }

    private static byte[] deflate(byte[] content) {
        Deflater deflater = new Deflater(LEVEL);
        try {
            deflater.setInput(content);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream(Math.max(64, content.length / 3));
            byte[] chunk = new byte[Math.min(CHUNK, content.length + 64)];
            while (!deflater.finished()) {
                out.write(chunk, 0, deflater.deflate(chunk));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    private byte[] deflate(InputStream in) throws IOException {
        Deflater deflater = new Deflater(LEVEL);
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 20);
            try (DeflaterOutputStream deflating = new DeflaterOutputStream(out, deflater, CHUNK)) {
                byte[] chunk = new byte[CHUNK];
                for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                    cancellation.throwIfCancelled();
                    deflating.write(chunk, 0, n);
                }
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }
}
