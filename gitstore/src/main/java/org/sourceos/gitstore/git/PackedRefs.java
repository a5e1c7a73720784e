package org.sourceos.gitstore.git;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.gitstore.Digest;
import org.sourceos.gitstore.ObjectName;

/**
 * The file {@code packed-refs}. Git writes it sorted by name and says so in its first line, so one ref is found by halving,
 * with a few short reads however many refs there are.
 */
final class PackedRefs {
    private static final String HEADER = "# pack-refs with:";
    private static final String SUM = "sourceos-sha256=";
    private static final String ALL = "refs/";
    private static final int NAME = 41;
    private static final int BLOCK = 1 << 10;
    /** Below this, reading the file at once is the quickest. */
    private static final int SMALL = 1 << 15;

    private final Path file;

    PackedRefs(Path file) {
        this.file = file;
    }

    /** Git passes over a word that it does not know in the first line, and leaves it out when it writes the file itself. */
    static byte[] text(SortedMap<String, ObjectName> refs) {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, ObjectName> ref : refs.entrySet()) {
            text.append(ref.getValue()).append(' ').append(ref.getKey()).append('\n');
        }
        return (HEADER + " sorted " + SUM + Digest.of(text.toString()) + " \n" + text).getBytes(StandardCharsets.UTF_8);
    }

    /** Fails when the first line has a sum and it is that of other refs, or has words that nobody writes there. */
    private void checkSum(String header, String rest) throws CorruptObjectException {
        for (String word : header.substring(HEADER.length()).strip().split(" ")) {
            boolean right = word.startsWith(SUM)
                    ? word.equals(SUM + Digest.of(rest))
                    : List.of("peeled", "fully-peeled", "sorted", "").contains(word);
            if (!right) {
                throw new CorruptObjectException("its refs are not those that were written; "
                        + "`sourceos store verify --repair` keeps what can be read");
            }
        }
    }

    /** Whether there is such a file without a sum: git wrote it. */
    boolean lacksSum() throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            String first = lines.readLine();
            return first != null && !first.contains(SUM);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** All refs of lines that can be read, whether or not they are those that were written. */
    SortedMap<String, ObjectName> readable() throws IOException {
        SortedMap<String, ObjectName> refs = new TreeMap<>();
        try {
            for (String line :
                    Files.readString(file, StandardCharsets.ISO_8859_1).split("\n")) {
                if (line.matches("[0-9a-f]{40} refs(/[A-Za-z0-9_+.-]+)+")) {
                    refs.put(line.substring(NAME), new ObjectName(line.substring(0, NAME - 1)));
                }
            }
        } catch (NoSuchFileException e) {
            return refs;
        }
        return refs;
    }

    Optional<ObjectName> find(String fullName) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            OptionalLong refs = sortedRefs(channel, size);
            if (size <= SMALL || refs.isEmpty()) {
                return Optional.ofNullable(list(fullName).get(fullName));
            }
            Optional<String> there = ref(channel, firstFrom(channel, fullName, refs.getAsLong(), size), size)
                    .map(Line::text)
                    .filter(text -> text.substring(NAME).equals(fullName));
            return there.isPresent()
                    ? Optional.of(GitRefs.name(fullName, there.get().substring(0, NAME - 1)))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Where the refs begin, in a file that says that they are sorted. */
    private static OptionalLong sortedRefs(FileChannel channel, long size) throws IOException {
        Optional<Line> first = line(channel, 0, size);
        return first.isPresent()
                        && first.get().text.startsWith(HEADER)
                        && Arrays.asList(first.get().text.split(" ")).contains("sorted")
                ? OptionalLong.of(first.get().end)
                : OptionalLong.empty();
    }

    /** A line, without its end, and where the next one begins. */
    private record Line(String text, long end) {}

    /** Where the first ref is whose name is not before {@code wanted}; {@code to} where all are. */
    private long firstFrom(FileChannel channel, String wanted, long from, long to) throws IOException {
        byte[] bytes = wanted.getBytes(StandardCharsets.UTF_8);
        long low = from;
        long high = to;
        // It begins at or after low, and not after high.
        while (low < high) {
            long middle = low + (high - low) / 2;
            long start = middle == low ? low : lineStart(channel, middle, high);
            if (start >= high) {
                start = low;
            }
            Optional<Line> line = ref(channel, start, high);
            if (line.isPresent()
                    && Arrays.compareUnsigned(
                                    bytes, line.get().text.substring(NAME).getBytes(StandardCharsets.UTF_8))
                            > 0) {
                low = line.get().end;
            } else {
                high = start;
            }
        }
        return low;
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

    private CorruptObjectException noText(CharacterCodingException e) {
        return new CorruptObjectException("the file " + file + " is damaged: it has bytes that are no text", e);
    }

    /** All refs, after a look at each line; fails when one is not as git writes them. */
    SortedMap<String, ObjectName> check() throws IOException {
        SortedMap<String, ObjectName> refs = new TreeMap<>();
        String before = "";
        try {
            // One that is not UTF-8 fails here, which a lenient reading would hide.
            String text = Files.readString(file, StandardCharsets.UTF_8);
            int end = text.indexOf('\n') + 1;
            if (text.startsWith(HEADER)) {
                checkSum(text.substring(0, Math.max(0, end - 1)), text.substring(end));
            }
            for (String line : text.lines().toList()) {
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
        } catch (CharacterCodingException e) {
            throw noText(e);
        } catch (NoSuchFileException e) {
            return refs;
        }
        return refs;
    }

    /** All refs whose name begins with a prefix: where the file is sorted, no other is read. */
    SortedMap<String, ObjectName> list(String prefix) throws IOException {
        SortedMap<String, ObjectName> refs = new TreeMap<>();
        if (prefix.equals(ALL)) {
            return check(); // who asks for all decides by them what stays
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            OptionalLong sorted = size <= SMALL ? OptionalLong.empty() : sortedRefs(channel, size);
            channel.position(sorted.isPresent() ? firstFrom(channel, prefix, sorted.getAsLong(), size) : 0);
            BufferedReader lines =
                    new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8.newDecoder(), -1));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("#") || line.startsWith("^") || line.length() <= NAME) {
                    continue;
                }
                if (line.startsWith(prefix, NAME)) {
                    refs.put(line.substring(NAME), GitRefs.name(line.substring(NAME), line.substring(0, NAME - 1)));
                } else if (sorted.isPresent()) {
                    return refs;
                }
            }
        } catch (CharacterCodingException e) {
            throw noText(e);
        } catch (NoSuchFileException e) {
            return refs;
        }
        return refs;
    }
}
