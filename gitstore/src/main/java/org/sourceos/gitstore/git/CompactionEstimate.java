package org.sourceos.gitstore.git;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.zip.Deflater;
import org.sourceos.host.Cancellation;

/**
 * How small objects will become, as told by some hundred samples of their content. What differences save is not counted, so it
 * is rather too much than too little.
 */
final class CompactionEstimate {
    private static final int SAMPLES = 300;
    private static final int SAMPLE = 64 << 10;
    /** What lies deeper in a large file is taken to be like what is before it. */
    private static final long DEEPEST = 16L << 20;
    /** What an object has besides its content: header, checksum, line of the index. */
    private static final int EACH = 40;

    private final GitObjects objects;
    private final Cancellation cancellation;

    CompactionEstimate(GitObjects objects, Cancellation cancellation) {
        this.objects = objects;
        this.cancellation = cancellation;
    }

    /** How much of the content will be left: 1 for all of it. */
    double ratio(List<CompactItem> items) throws IOException {
        long total = items.stream().mapToLong(CompactItem::size).sum();
        long step = Math.max(1, total / SAMPLES);
        long position = 0;
        long next = step / 2;
        long before = 0;
        long after = 0;
        for (CompactItem item : items) {
            cancellation.throwIfCancelled();
            while (next < position + item.size()) {
                byte[] sample = sample(item, (next - position) % DEEPEST);
                before += sample.length;
                after += deflated(sample);
                next += step;
            }
            position += item.size();
        }
        return before == 0 ? 1 : (double) after / before;
    }

    static long bytes(List<CompactItem> items, double ratio) {
        long total = items.stream().mapToLong(CompactItem::size).sum();
        return (long) (total * Math.min(1, ratio)) + (long) items.size() * EACH;
    }

    private byte[] sample(CompactItem item, long at) throws IOException {
        // Where a difference would be the sample, a large one would be read for it whole.
        try (InputStream in = item.open(objects).source().open()) {
            in.skipNBytes(Math.max(0, Math.min(at, item.size() - SAMPLE)));
            return in.readNBytes(SAMPLE);
        }
    }

    private static int deflated(byte[] content) {
        Deflater deflater = new Deflater(6);
        try {
            deflater.setInput(content);
            deflater.finish();
            byte[] out = new byte[content.length + 1024];
            return deflater.deflate(out);
        } finally {
            deflater.end();
        }
    }
}
