package org.sourceos.gitstore.git;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Several sorted lists of objects as one, each object once. */
final class NameMerge {
    private static final int NAME = 20;

    private final byte[] names;
    private final int[] packs;
    private final long[] offsets;
    private int count;

    /** Of two packs that have the same object, which is better to read it from. */
    @FunctionalInterface
    interface Preference {
        boolean better(int pack, int than) throws IOException;
    }

    /**
     * A list to merge.
     *
     * @param packs what the packs' numbers in it are in the merged list
     */
    record Source(SortedNames names, int[] packs) {}

    /** A place in a list. */
    private static final class Cursor {
        private final Source source;
        private final int number;
        private int at;
        private long head;
        private final byte[] name = new byte[NAME];

        Cursor(Source source, int number) {
            this.source = source;
            this.number = number;
            read();
        }

        private void read() {
            head = source.names.head(at);
            source.names.copyName(at, name, 0);
        }

        boolean next() {
            if (++at == source.names.count()) {
                return false;
            }
            read();
            return true;
        }

        static int compare(Cursor a, Cursor b) {
            int order = Long.compareUnsigned(a.head, b.head);
            order = order != 0 ? order : Arrays.compareUnsigned(a.name, b.name);
            return order != 0 ? order : Integer.compare(a.number, b.number);
        }
    }

    private NameMerge(int most) {
        names = new byte[Math.multiplyExact(most, NAME)];
        packs = new int[most];
        offsets = new long[most];
    }

    /** How many bytes of memory merging so many objects takes. */
    static long memory(long objects) {
        return objects * (NAME + Integer.BYTES + Long.BYTES);
    }

    static NameMerge of(List<Source> sources, Preference preference) throws IOException {
        int most = 0;
        List<Cursor> cursors = new ArrayList<>();
        for (Source source : sources) {
            most = Math.addExact(most, source.names.count());
            if (source.names.count() > 0) {
                cursors.add(new Cursor(source, cursors.size()));
            }
        }
        NameMerge merged = new NameMerge(most);
        Comparator<Cursor> byName = Cursor::compare;
        PriorityQueue<Cursor> queue = new PriorityQueue<>(Math.max(1, cursors.size()), byName);
        queue.addAll(cursors);
        while (!queue.isEmpty()) {
            Cursor first = queue.remove();
            // Mostly the next of the same list comes next, where one list is long and the others are short.
            do {
                merged.add(first, preference);
            } while (first.next() && (queue.isEmpty() || Cursor.compare(first, queue.element()) < 0));
            if (first.at < first.source.names.count()) {
                queue.add(first);
            }
        }
        return merged;
    }

    private void add(Cursor cursor, Preference preference) throws IOException {
        int pack = cursor.source.packs[cursor.source.names.pack(cursor.at)];
        long offset = cursor.source.names.offset(cursor.at);
        boolean again = count > 0 && Arrays.equals(names, (count - 1) * NAME, count * NAME, cursor.name, 0, NAME);
        if (again && !preference.better(pack, packs[count - 1])) {
            return;
        }
        int at = again ? count - 1 : count++;
        System.arraycopy(cursor.name, 0, names, at * NAME, NAME);
        packs[at] = pack;
        offsets[at] = offset;
    }

    int count() {
        return count;
    }

    /** All names, one after the other; more may follow that mean nothing. */
    byte[] names() {
        return names;
    }

    int pack(int position) {
        return packs[position];
    }

    long offset(int position) {
        return offsets[position];
    }
}
