package org.sourceos.gitstore.git;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.gitstore.ObjectName;

/**
 * The file {@code packed-refs}. Git writes it sorted by name and says so in its first line, so one ref is found by halving,
 * with a few short reads however many refs there are.
 */
final class PackedRefs {
    private static final String HEADER = "# pack-refs with:";
    private static final int NAME = 41;
    private static final int BLOCK = 1 << 10;
    /** Below this, reading the file at once is the quickest. */
    private static final int SMALL = 1 << 15;

    private final Path file;

    PackedRefs(Path file) {
        this.file = file;
    }

    static byte[] text(SortedMap<String, ObjectName> refs) {
        StringBuilder text = new StringBuilder(HEADER).append(" sorted \n");
        for (Map.Entry<String, ObjectName> ref : refs.entrySet()) {
            text.append(ref.getValue()).append(' ').append(ref.getKey()).append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    Optional<ObjectName> find(String fullName) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            Optional<Line> first = line(channel, 0, size);
            boolean sorted = first.isPresent()
                    && first.get().text.startsWith(HEADER)
                    && Arrays.asList(first.get().text.split(" ")).contains("sorted");
            if (size <= SMALL || !sorted) {
                return Optional.ofNullable(list(fullName).get(fullName));
            }
            return search(channel, fullName, first.get().end, size);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** A line, without its end, and where the next one begins. */
    private record Line(String text, long end) {}

    private Optional<ObjectName> search(FileChannel channel, String fullName, long from, long to) throws IOException {
        byte[] wanted = fullName.getBytes(StandardCharsets.UTF_8);
        long low = from;
        long high = to;
        // The line that is wanted, if there is one, begins at or after low and before high.
        while (low < high) {
            long middle = low + (high - low) / 2;
            long start = middle == low ? low : lineStart(channel, middle, high);
            if (start >= high) {
                start = low;
            }
            Optional<Line> line = ref(channel, start, high);
            if (line.isEmpty()) {
                high = start == low ? low : start;
                continue;
            }
            String text = line.get().text;
            byte[] name = text.substring(NAME).getBytes(StandardCharsets.UTF_8);
            int order = Arrays.compareUnsigned(wanted, name);
            if (order == 0) {
                return Optional.of(GitRefs.name(fullName, text.substring(0, NAME - 1)));
            }
            if (order > 0) {
                low = line.get().end;
            } else {
                high = start;
            }
        }
        return Optional.empty();
    }

    /** The first line from {@code at} on that names a ref; a line with a caret belongs to the one before it. */
    private Optional<Line> ref(FileChannel channel, long at, long end) throws IOException {
        for (Optional<Line> line = line(channel, at, end); line.isPresent(); ) {
            if (!line.get().text.startsWith("^")) {
                if (line.get().text.length() <= NAME) {
                    throw new CorruptObjectException(
                            "the file " + file + " is damaged: it says '" + line.get().text + "'");
                }
                return line;
            }
            line = line(channel, line.get().end, end);
        }
        return Optional.empty();
    }

    private static long lineStart(FileChannel channel, long at, long end) throws IOException {
        return line(channel, at, end).map(Line::end).orElse(end);
    }

    private static Optional<Line> line(FileChannel channel, long at, long end) throws IOException {
        if (at >= end) {
            return Optional.empty();
        }
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (long from = at; from < end; from += BLOCK) {
            ByteBuffer block = ByteBuffer.allocate((int) Math.min(BLOCK, end - from));
            while (block.hasRemaining() && channel.read(block, from + block.position()) >= 0) {
                // Until full or at the end of the file.
            }
            int length = block.position();
            for (int i = 0; i < length; i++) {
                if (block.get(i) == '\n') {
                    line.write(block.array(), 0, i);
                    return Optional.of(new Line(line.toString(StandardCharsets.UTF_8), from + i + 1));
                }
            }
            line.write(block.array(), 0, length);
        }
        return Optional.of(new Line(line.toString(StandardCharsets.UTF_8), end));
    }

    /** All refs, after a look at each line; fails when one is not as git writes them. */
    SortedMap<String, ObjectName> check() throws IOException {
        SortedMap<String, ObjectName> refs = new TreeMap<>();
        String before = "";
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                boolean peeled = line.matches("\\^[0-9a-f]{40}");
                boolean header = line.startsWith(HEADER) && refs.isEmpty();
                if (peeled || header) {
                    continue;
                }
                if (!line.matches("[0-9a-f]{40} refs/.+")
                        || line.substring(NAME).compareTo(before) <= 0) {
                    throw new CorruptObjectException("it says '" + line + "' where no such line can be");
                }
                before = line.substring(NAME);
                refs.put(before, GitRefs.name(before, line.substring(0, NAME - 1)));
            }
        } catch (NoSuchFileException e) {
            return refs;
        }
        return refs;
    }

    /** All refs whose name begins with a prefix. */
    SortedMap<String, ObjectName> list(String prefix) throws IOException {
        SortedMap<String, ObjectName> refs = new TreeMap<>();
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                if (line.startsWith("#") || line.startsWith("^") || line.length() <= NAME) {
                    continue;
                }
                if (line.startsWith(prefix, NAME)) {
                    refs.put(line.substring(NAME), GitRefs.name(line.substring(NAME), line.substring(0, NAME - 1)));
                }
            }
        } catch (NoSuchFileException e) {
            return refs;
        }
        return refs;
    }
}
