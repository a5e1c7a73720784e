package org.sourceos.gitstore.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sourceos.gitstore.tree.TreePath;

/** What git writes with {@code -z}: entries that each end with a NUL, so that a name may have any other byte. */
final class ZeroTerminated {
    private ZeroTerminated() {}

    static List<byte[]> split(byte[] output) {
        List<byte[]> entries = new ArrayList<>();
        int start = 0;
        for (int end = 0; end < output.length; end++) {
            if (output[end] == 0) {
                entries.add(Arrays.copyOfRange(output, start, end));
                start = end + 1;
            }
        }
        return entries;
    }

    /** A path for messages. Git ends the name of a folder (a repository that is not known to this one) with a slash. */
    static String display(byte[] entry, int from) {
        boolean folder = entry.length > from + 1 && entry[entry.length - 1] == '/';
        return TreePath.of(Arrays.copyOfRange(entry, from, folder ? entry.length - 1 : entry.length))
                + (folder ? "/" : "");
    }
}
