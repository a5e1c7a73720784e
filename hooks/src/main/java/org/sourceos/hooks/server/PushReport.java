package org.sourceos.hooks.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.sourceos.config.diagnostic.Quoted;

/**
 * Passes on what {@code git receive-pack} writes and remembers the report in it (gitprotocol-pack, "Report Status"), because
 * git ends with status 0 whether it took a push or refused it.
 */
final class PushReport extends OutputStream {
    private static final int LONGEST = 64 << 10;
    private static final int MOST_REFS = 20;
    private static final String NOT_TAKEN = "could not take the pack";

    /** The channels of side-band-64k; a report without one begins with a letter. */
    private static final int REPORT = 1;

    private static final int PROGRESS = 2;
    private static final int FATAL = 3;

    private final OutputStream to;
    private final PacketLines advertised = new PacketLines(this::heard);
    private final ByteArrayOutputStream report = new ByteArrayOutputStream();
    private boolean afterRefs;

    PushReport(OutputStream to) {
        this.to = to;
    }

    @Override
    public void write(int single) throws IOException {
        write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        to.write(bytes, offset, length);
        synchronized (this) {
            advertised.feed(bytes, offset, length);
        }
    }

    @Override
    public void flush() throws IOException {
        to.flush();
    }

    private void heard(byte[] packet) {
        if (packet.length == 0) {
            afterRefs = true;
        } else if (afterRefs && packet[0] == REPORT) {
            remember(packet, 1);
        } else if (afterRefs && packet[0] != PROGRESS && packet[0] != FATAL) {
            remember("%04x".formatted(packet.length + PacketLines.HEADER).getBytes(StandardCharsets.US_ASCII), 0);
            remember(packet, 0);
        }
    }

    private void remember(byte[] packet, int from) {
        int length = Math.min(packet.length - from, LONGEST - report.size());
        report.write(packet, from, Math.max(0, length));
    }

    /** Whether git says that what came was not what it can take. */
    synchronized boolean couldNotTakeThePack() {
        return summary().contains(NOT_TAKEN);
    }

    /** What became of each ref, in one line; empty if git did not get so far. */
    synchronized String summary() {
        List<String> refs = new ArrayList<>();
        byte[] all = report.toByteArray();
        new PacketLines(packet -> {
                    String line = new String(packet, StandardCharsets.UTF_8).strip();
                    String[] words = line.split(" ", 3);
                    if (line.startsWith("ok ")) {
                        refs.add("took " + Quoted.of(words[1]));
                    } else if (line.startsWith("ng ")) {
                        refs.add("refused " + Quoted.of(words[1])
                                + (words.length > 2 ? " (" + Quoted.of(words[2]) + ")" : ""));
                    } else if (line.startsWith("unpack ") && !line.equals("unpack ok")) {
                        refs.add(NOT_TAKEN + " (" + Quoted.of(line) + ")");
                    }
                })
                .feed(all, 0, all.length);
        int more = refs.size() - MOST_REFS;
        return String.join(", ", more > 0 ? refs.subList(0, MOST_REFS) : refs)
                + (more > 0 ? " and " + more + " more" : "");
    }
}
