package org.sourceos.launcher.guest;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What a machine that goes on from a checkpoint is told before anything in it runs: RENEW. It always gets new random bytes.
 *
 * @param hostname another one, for a machine beside the one it was; with it comes a machine id of its own
 */
public record Renewal(Instant now, Optional<String> hostname) {
    /** The frame, ready to be written. */
    ByteBuffer encode(RandomGenerator random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StartMessage.put(out, StartRecord.ENTROPY, bytes(random, StartMessage.SEED_BYTES));
        StartMessage.put(out, StartRecord.TIME, StartMessage.time(now));
        if (hostname.isPresent()) {
            StartMessage.put(out, StartRecord.HOSTNAME, StartMessage.utf8(hostname.get()));
            String id = HexFormat.of().formatHex(bytes(random, StartMessage.MACHINE_ID_BYTES));
            StartMessage.put(out, StartRecord.MACHINE_ID, StartMessage.utf8(id));
        }
        return GuestChannel.frame(FrameType.RENEW, 0, out.toByteArray(), 0, out.size());
    }

    private static byte[] bytes(RandomGenerator random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
