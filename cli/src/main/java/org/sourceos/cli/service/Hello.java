package org.sourceos.cli.service;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sourceos.cli.CommandContext;
import org.sourceos.host.Terminal;

/**
 * The first message of a client: who it is and what it wants done.
 *
 * @param build which build of SourceOS the client belongs to
 * @param name what the program was called
 * @param directory where it was called, absolute
 * @param terminals which of the three open files that come with it are terminals
 */
record Hello(
        String build,
        String name,
        Path directory,
        CommandContext.Terminals terminals,
        Terminal.Size size,
        List<String> arguments,
        Map<String, String> environment) {
    static final int MAGIC = 0x534f5331; // "SOS1"
    static final int HEADER = 8;
    /** More than the kernel lets a program be started with, unless its limits were raised. */
    static final int LIMIT = 8 << 20;

    private static final int LONGEST_NAME = 255;
    private static final int SMALLEST_TEXT = 4;

    /** @return how many bytes follow the header */
    static int lengthAfter(byte[] header) throws ProtocolException {
        ByteBuffer fields = ByteBuffer.wrap(header);
        if (header.length < HEADER || fields.getInt() != MAGIC) {
            throw new ProtocolException("not a client of SourceOS");
        }
        int length = fields.getInt();
        if (length < 0 || length > LIMIT) {
            throw new ProtocolException("a first message of " + Integer.toUnsignedString(length) + " bytes");
        }
        return length;
    }

    static Hello parse(byte[] content) throws ProtocolException {
        try {
            ByteBuffer in = ByteBuffer.wrap(content);
            String build = text(in);
            String name = text(in);
            Path directory = Path.of(text(in));
            int flags = in.get();
            int rows = Short.toUnsignedInt(in.getShort());
            int columns = Short.toUnsignedInt(in.getShort());
            List<String> arguments = new ArrayList<>();
            for (int left = count(in); left > 0; left--) {
                arguments.add(text(in));
            }
            Map<String, String> environment = new LinkedHashMap<>();
            for (int left = count(in); left > 0; left--) {
                String entry = new String(bytes(in), StandardCharsets.UTF_8);
                int equals = entry.indexOf('=', 1);
                if (equals > 0) {
                    // The first counts, as for getenv(3).
                    environment.putIfAbsent(entry.substring(0, equals), entry.substring(equals + 1));
                }
            }
            if (in.hasRemaining() || !directory.isAbsolute() || name.isEmpty() || name.length() > LONGEST_NAME) {
                throw new ProtocolException("a first message that is not one");
            }
            return new Hello(
                    build,
                    name,
                    directory,
                    new CommandContext.Terminals((flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0),
                    new Terminal.Size(rows, columns),
                    List.copyOf(arguments),
                    Map.copyOf(environment));
        } catch (BufferUnderflowException | CharacterCodingException | InvalidPathException e) {
            throw new ProtocolException(
                    "a first message that is not one: " + e.getClass().getSimpleName());
        }
    }

    private static int count(ByteBuffer in) throws ProtocolException {
        int count = in.getInt();
        if (count < 0 || count > in.remaining() / SMALLEST_TEXT) {
            throw new ProtocolException("more texts than there is room for");
        }
        return count;
    }

    private static String text(ByteBuffer in) throws ProtocolException, CharacterCodingException {
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes(in)))
                .toString();
        if (text.indexOf('\0') >= 0) {
            throw new ProtocolException("a zero byte in a text");
        }
        return text;
    }

    private static byte[] bytes(ByteBuffer in) throws ProtocolException {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new ProtocolException("a text longer than its message");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}
