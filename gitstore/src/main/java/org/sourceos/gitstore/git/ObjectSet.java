package org.sourceos.gitstore.git;

import org.sourceos.gitstore.ObjectName;

/** A set of object names, 20 bytes and a third of slack each: a million of them fit where a million strings would not. */
public final class ObjectSet {
    private static final int FIRST_CAPACITY = 1 << 12;

    private long[] first = new long[FIRST_CAPACITY];
    private long[] second = new long[FIRST_CAPACITY];
    private int[] third = new int[FIRST_CAPACITY];
    private int size;

    /** Whether it is new. */
    public boolean add(ObjectName name) {
        return add(first(name), second(name), third(name));
    }

    public boolean contains(ObjectName name) {
        return contains(first(name), second(name), third(name));
    }

    public int size() {
        return size;
    }

    private static long first(ObjectName name) {
        return Long.parseUnsignedLong(name.hex(), 0, 16, 16);
    }

    private static long second(ObjectName name) {
        return Long.parseUnsignedLong(name.hex(), 16, 32, 16);
    }

    private static int third(ObjectName name) {
        return Integer.parseUnsignedInt(name.hex(), 32, 40, 16);
    }

    boolean add(long a, long b, int c) {
        int at = slot(a, b, c);
        if (isTaken(at)) {
            return false;
        }
        put(at, a, b, c);
        size++;
        if (size > first.length / 2 + first.length / 4) {
            grow();
        }
        return true;
    }

    boolean contains(long a, long b, int c) {
        return isTaken(slot(a, b, c));
    }

    private boolean isTaken(int at) {
        // The name of zeros is nobody's: git means "none" by it.
        return first[at] != 0 || second[at] != 0 || third[at] != 0;
    }

    private int slot(long a, long b, int c) {
        int mask = first.length - 1;
        int at = (int) (a ^ (a >>> 32)) & mask; // the names are hashes already
        while (isTaken(at) && !(first[at] == a && second[at] == b && third[at] == c)) {
            at = (at + 1) & mask;
        }
        return at;
    }

    private void put(int at, long a, long b, int c) {
        first[at] = a;
        second[at] = b;
        third[at] = c;
    }

    private void grow() {
        long[] oldFirst = first;
        long[] oldSecond = second;
        int[] oldThird = third;
        first = new long[oldFirst.length * 2];
        second = new long[oldFirst.length * 2];
        third = new int[oldFirst.length * 2];
        for (int i = 0; i < oldFirst.length; i++) {
            if (oldFirst[i] != 0 || oldSecond[i] != 0 || oldThird[i] != 0) {
                put(slot(oldFirst[i], oldSecond[i], oldThird[i]), oldFirst[i], oldSecond[i], oldThird[i]);
            }
        }
    }
}
