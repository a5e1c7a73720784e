package org.sourceos.gitstore.git;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.host.Cancellation;

/** Copies what is needed into another pack; from then on that is where it has its place. */
final class PackCopy {
    private static final long LARGEST_LOOSE = 16L << 20;

    private final GitObjects objects;
    private final NeededObjects needed;
    private final NameHints hints;
    private final Cancellation cancellation;

    PackCopy(GitObjects objects, NeededObjects needed, NameHints hints, Cancellation cancellation) {
        this.objects = objects;
        this.needed = needed;
        this.hints = hints;
        this.cancellation = cancellation;
    }

    /** What is done with an object of a pack: the entry of that number, whose name stands at that place of the index. */
    @FunctionalInterface
    private interface Use {
        void of(PackEntries entries, int entry, int position) throws IOException;
    }

    /** Those that are needed and not taken yet, in the order of the pack; they are taken then. */
    private void takeNeeded(Pack pack, Use use) throws IOException {
        PackIndex index = pack.index();
        try (PackEntries entries = new PackEntries(pack)) {
            for (int i = 0; i < entries.count(); i++) {
                cancellation.throwIfCancelled();
                int position = entries.position(i);
                if (needed.isNeeded(index, position)) {
                    needed.take(index, position);
                    use.of(entries, i, position);
                }
            }
        }
    }

    /** @param compact whether differences that have lost what they were based on become differences again */
    void entries(Pack pack, PackWriter writer, boolean compact) throws IOException {
        List<CompactItem> orphans = new ArrayList<>();
        takeNeeded(pack, (entries, entry, position) -> {
            if (entries.copy(entry, writer, cancellation)) {
                return;
            }
            byte[] key = pack.index().key(position);
            GitObject delta = objects.open(Sha1.name(key));
            if (compact) {
                long offset = pack.index().offset(position);
                orphans.add(new CompactItem(key, pack, offset, delta.type(), delta.size(), hints.of(key)));
            } else {
                writer.add(delta.type(), delta.bytes());
            }
        });
        // What they were based on is gone, but they are alike.
        CompactWriter.append(objects, orphans, writer, cancellation);
    }

    /** The same for a pack that machines read from: where an entry begins decides about the padding in it. */
    void pages(Pack pack, PackWriter writer) throws IOException {
        takeNeeded(pack, (entries, entry, position) -> {
            ObjectName name = Sha1.name(pack.index().key(position));
            GitObject object = pack.open(name, pack.index().offset(position), objects::open);
            if (object.type() == ObjectType.BLOB && PackWriter.isForPages(object.size())) {
                // Read to its end, it is compared with its name.
                try (InputStream in = object.open()) {
                    writer.addInPages(name, object.size(), in);
                }
            } else {
                writer.add(object.type(), object.bytes());
            }
        });
    }

    /** False, and it stays where it is, where it is too large to be held in memory. */
    boolean loose(LooseObject loose, PackWriter writer) throws IOException {
        if (!needed.isTaken(loose.name())) {
            GitObject object = objects.open(loose.name());
            if (object.size() > LARGEST_LOOSE) {
                return false;
            }
            byte[] content;
            try (InputStream in = object.open()) {
                content = in.readAllBytes();
            }
            writer.add(object.type(), content);
            needed.take(loose.name());
        }
        return true;
    }
}
