package org.sourceos.gitstore.git;

import org.sourceos.gitstore.ObjectName;

/**
 * Which objects are probably versions of one file: for each a number that those share which stood under the same name, but for
 * its digits, in whatever folder.
 */
public final class NameHints {
    private static final int FIRST_CAPACITY = 1 << 12;
    private static final int MULTIPLIER = 0x01000193;

    /** The first half of an object's name is enough: a mistake costs a few bytes. */
    private long[] keys = new long[FIRST_CAPACITY];

    private int[] hints = new int[FIRST_CAPACITY];
    private int size;

    /** Notes under which name an object stands in a tree; of several names the first counts. */
    void add(ObjectName object, byte[] name) {
        add(Long.parseUnsignedLong(object.hex(), 0, 16, 16), stem(name));
    }

    /** 0 for what stood nowhere. */
    int of(byte[] key) {
        return hints[slot(start(key))];
    }

    static int stem(byte[] name) {
        int hash = 0x811c9dc5;
        for (byte b : name) {
            if (b < '0' || b > '9') {
                hash = (hash ^ b) * MULTIPLIER;
            }
        }
        return hash;
    }

    private static long start(byte[] key) {
        long start = 0;
        for (int i = 0; i < 8; i++) {
            start = start << 8 | Byte.toUnsignedLong(key[i]);
        }
        return start;
    }

    private int slot(long key) {
        int mask = keys.length - 1;
        int at = (int) (key ^ (key >>> 32)) & mask;
        while (keys[at] != 0 && keys[at] != key) {
            at = (at + 1) & mask;
        }
        return at;
    }

    private void add(long key, int hint) {
        int at = slot(key);
        if (keys[at] != 0) {
            return;
        }
        keys[at] = key;
        hints[at] = hint;
        size++;
        if (size > keys.length / 2 + keys.length / 4) {
            long[] oldKeys = keys;
            int[] oldHints = hints;
            keys = new long[oldKeys.length * 2];
            hints = new int[oldKeys.length * 2];
            size = 0;
            for (int i = 0; i < oldKeys.length; i++) {
                if (oldKeys[i] != 0) {
                    add(oldKeys[i], oldHints[i]);
                }
            }
        }
    }
}
