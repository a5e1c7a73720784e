package org.sourceos.config.nix;

/** A stable sort that no order, however wrong, can upset: the JDK's refuses orders that contradict themselves. */
final class MergeSort {
    /** Below this a run is sorted by insertion. */
    private static final int RUN = 8;

    /** Whether one comes strictly before the other. */
    interface Order {
        boolean less(NixValue a, NixValue b);
    }

    private MergeSort() {}

    static void sort(NixValue[] values, Order order) {
        sort(values, new NixValue[values.length], 0, values.length, order);
    }

    private static void sort(NixValue[] values, NixValue[] spare, int from, int to, Order order) {
        if (to - from <= RUN) {
            for (int i = from + 1; i < to; i++) {
                NixValue value = values[i];
                int j = i;
                while (j > from && order.less(value, values[j - 1])) {
                    values[j] = values[j - 1];
                    j--;
                }
                values[j] = value;
            }
            return;
        }
        int middle = (from + to) >>> 1;
        sort(values, spare, from, middle, order);
        sort(values, spare, middle, to, order);
        if (!order.less(values[middle], values[middle - 1])) {
            return;
        }
        System.arraycopy(values, from, spare, from, middle - from);
        int left = from;
        int right = middle;
        int out = from;
        while (left < middle && right < to) {
            values[out++] = order.less(values[right], spare[left]) ? values[right++] : spare[left++];
        }
        System.arraycopy(spare, left, values, out, middle - left);
    }
}
