package org.sourceos.launcher.guest;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.sourceos.host.Terminal;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.qemu.Network;
import org.sourceos.launcher.qemu.QemuCommandLine;
import org.sourceos.launcher.qemu.Share;

/**
 * Everything a run asks of its machine, in one message: so that a machine which was started before anybody knew what for
 * can be told later.
 *
 * @param terminal the size of the program's terminal; empty for three pipes
 * @param shares in the order of the machine's devices
 */
public record StartMessage(
        GuestProgram program,
        Optional<Terminal.Size> terminal,
        List<Share> shares,
        Network network,
        List<GuestSecret> secrets,
        Instant now) {
    /** What {@code START_MAX_BYTES} in protocol.h allows. */
    static final int MAX_BYTES = 2_359_296;

    static final int SEED_BYTES = 64;
    static final int MACHINE_ID_BYTES = 16;
    /** QEMU's user network: our address, its length, the gateway, the name server. */
    private static final byte[] USER_NETWORK = {10, 0, 2, 15, 24, 10, 0, 2, 2, 10, 0, 2, 3};

    public StartMessage {
        shares = List.copyOf(shares);
        secrets = List.copyOf(secrets);
    }

    /** The message as frames, ready to be written. */
    public List<ByteBuffer> encode(RandomGenerator random) throws LaunchException {
        return frames(FrameType.START, 0, records(random).toByteArray());
    }

    /** The message for a machine that outlives its host, which shows by this mark that it has come back. */
    List<ByteBuffer> encodeKept(RandomGenerator random, Mark mark) throws LaunchException {
        ByteArrayOutputStream out = records(random);
        put(out, StartRecord.KEEP, mark.bytes());
        return frames(FrameType.START, 0, out.toByteArray());
    }

    /** What a program that stands still has to know before it goes on: CONTINUE. */
    public List<ByteBuffer> encodeContinue(RandomGenerator random) throws LaunchException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        moment(out, random);
        text(out, StartRecord.HOSTNAME, program.hostname());
        terminal.ifPresent(size -> put(out, StartRecord.TERMINAL, size(size)));
        return frames(FrameType.CONTINUE, 0, out.toByteArray());
    }

    /** CONTINUE for a program that nobody has asked for yet: what it must not share with others, and nothing else. */
    public static List<ByteBuffer> rehearsal(GuestProgram program, Instant now, RandomGenerator random)
            throws LaunchException {
        return new StartMessage(program, Optional.empty(), List.of(), new Network.None(), List.of(), now)
                .encodeContinue(random);
    }

    /** EXEC: another program in a machine that runs. */
    static List<ByteBuffer> exec(int session, GuestProgram program, Optional<Terminal.Size> terminal)
            throws LaunchException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        program(out, program);
        terminal.ifPresent(size -> put(out, StartRecord.TERMINAL, size(size)));
        return new StartMessage(program, terminal, List.of(), new Network.None(), List.of(), Instant.EPOCH)
                .frames(FrameType.EXEC, session, out.toByteArray());
    }

    private List<ByteBuffer> frames(FrameType type, int session, byte[] records) throws LaunchException {
        if (records.length > MAX_BYTES) {
            throw new LaunchException(
                    "cannot run " + program.arguments().get(0) + ": its arguments, environment and secrets take "
                            + records.length + " bytes, at most " + MAX_BYTES + " fit; pass long lists through a file");
        }
        List<ByteBuffer> frames = new ArrayList<>();
        for (int at = 0; at < records.length; at += GuestChannel.MAX_PAYLOAD) {
            int length = Math.min(GuestChannel.MAX_PAYLOAD, records.length - at);
            boolean more = at + length < records.length;
            frames.add(GuestChannel.frame(type, more ? GuestChannel.FLAG_MORE : 0, session, records, at, length));
        }
        return frames;
    }

    private static void program(ByteArrayOutputStream out, GuestProgram program) throws LaunchException {
        for (String argument : program.arguments()) {
            text(out, StartRecord.ARGUMENT, argument);
        }
        program.environment().forEach((name, value) -> put(out, StartRecord.ENVIRONMENT, utf8(name + "=" + value)));
        if (program.directory().isPresent()) {
            text(out, StartRecord.DIRECTORY, program.directory().get());
        }
        GuestUser user = program.user();
        number(out, StartRecord.UID, user.uid());
        number(out, StartRecord.GID, user.gid());
        user.groups().forEach(group -> number(out, StartRecord.GROUP, group));
    }

    private ByteArrayOutputStream records(RandomGenerator random) throws LaunchException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        program(out, program);
        GuestUser user = program.user();
        text(out, StartRecord.USER, user.name());
        text(out, StartRecord.HOME, user.home());
        text(out, StartRecord.HOSTNAME, program.hostname());
        terminal.ifPresent(size -> put(out, StartRecord.TERMINAL, size(size)));
        for (int i = 0; i < shares.size(); i++) {
            Share share = shares.get(i);
            String names = QemuCommandLine.tag(i) + "\0" + share.guest();
            put(out, StartRecord.SHARE, utf8((share.readOnly() ? "\1" : "\2") + names));
        }
        if (network instanceof Network.User) {
            put(out, StartRecord.NETWORK, USER_NETWORK);
        }
        for (GuestSecret secret : secrets) {
            put(out, StartRecord.SECRET, secret.named());
        }
        moment(out, random);
        return out;
    }

    /** What no two machines have in common, and what time it is. */
    private void moment(ByteArrayOutputStream out, RandomGenerator random) {
        byte[] seed = new byte[SEED_BYTES];
        random.nextBytes(seed);
        put(out, StartRecord.ENTROPY, seed);
        put(out, StartRecord.TIME, time(now));
        byte[] id = new byte[MACHINE_ID_BYTES];
        random.nextBytes(id);
        put(out, StartRecord.MACHINE_ID, utf8(HexFormat.of().formatHex(id)));
    }

    private static void text(ByteArrayOutputStream out, StartRecord record, String text) throws LaunchException {
        if (text.indexOf('\0') >= 0) {
            throw new LaunchException(
                    "cannot run: " + record + " has a zero byte in it, and a program cannot be given one");
        }
        put(out, record, utf8(text));
    }

    private static void number(ByteArrayOutputStream out, StartRecord record, int value) {
        put(out, record, littleEndian(Integer.BYTES).putInt(value).array());
    }

    static byte[] time(Instant now) {
        return littleEndian(Long.BYTES + Integer.BYTES)
                .putLong(now.getEpochSecond())
                .putInt(now.getNano())
                .array();
    }

    static byte[] size(Terminal.Size size) {
        return littleEndian(2 * Short.BYTES)
                .putShort((short) size.rows())
                .putShort((short) size.columns())
                .array();
    }

    static void put(ByteArrayOutputStream out, StartRecord record, byte[] value) {
        out.write(record.code());
        out.writeBytes(littleEndian(Integer.BYTES).putInt(value.length).array());
        out.writeBytes(value);
    }

    private static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
