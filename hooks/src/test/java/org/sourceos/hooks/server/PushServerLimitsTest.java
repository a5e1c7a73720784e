package org.sourceos.hooks.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.host.RunningProcess;

/** What the server takes from those who give it too much, too little, or nothing. */
class PushServerLimitsTest {
    @TempDir
    private Path folder;

    private static Limits with(int connections, Duration unauthenticated) {
        return new Limits(
                connections, unauthenticated, Site.LIMITS.attempts(), Site.LIMITS.idle(), Site.LIMITS.packBytes(), 1);
    }

    private static Socket connect(Site site) throws Exception {
        Socket socket = new Socket("127.0.0.1", site.server().port());
        socket.setSoTimeout(60_000);
        return socket;
    }

    private static String noise(int seed, int length) {
        StringBuilder text = new StringBuilder();
        Random random = new Random(seed);
        while (text.length() < length) {
            text.append(Long.toString(random.nextLong(), 36)).append('\n');
        }
        return text.toString();
    }

    @Test
    void aPackOverTheLimitIsRefusedAndTheNextOneTaken() throws Exception {
        try (Site site = Site.in(folder)) {
            List<String> before = site.stored();
            site.commit(noise(1, 4_000_000));
            Site.Outcome refused = site.push("dad");
            assertThat(refused.status()).isNotZero();
            assertThat(refused.err())
                    .contains("pack exceeds maximum allowed size")
                    .contains("sourceos: refused: this push is larger than 1.0 MiB, the most that is taken at once")
                    .contains("git rev-list --objects")
                    .contains("largest_push = \"2M\" before [repositories.…] in trust/access.toml");
            assertThat(site.main()).isEmpty();
            assertThat(site.stored()).as("nothing of it stays").isEqualTo(before);
            site.inWork("reset", "-q", "--hard", "HEAD~1");
            assertThat(site.push("dad").status()).isZero();
            site.assertSound();
        }
    }

    /** Git keeps so many objects in the pack they came in, and writes fewer one by one. */
    @Test
    void ofManyFilesTooNothingStays() throws Exception {
        try (Site site = Site.in(folder)) {
            assertThat(site.push("dad").status()).isZero();
            List<String> before = site.stored();
            String main = site.main();
            for (int i = 0; i < 300; i++) {
                Files.writeString(site.work().resolve("file" + i), noise(i, 10_000));
            }
            site.commit("many");
            Site.Outcome refused = site.push("dad");
            assertThat(refused.err()).contains("this push is larger than 1.0 MiB");
            assertThat(site.main()).isEqualTo(main);
            assertThat(site.stored()).isEqualTo(before);
            site.assertSound();
        }
    }

    @Test
    void anAdminRaisesTheLimit() throws Exception {
        try (Site site = Site.in(folder)) {
            site.access("largest_push = \"8M\"\n[repositories.system]\npush = [\"dad\"]\n", "dad");
            site.commit(noise(1, 4_000_000));
            Site.Outcome taken = site.push("dad");
            assertThat(taken.status()).as(taken.toString()).isZero();
            assertThat(taken.err()).doesNotContain("refused");
            site.commit(noise(2, 16_000_000));
            assertThat(site.push("dad").err()).contains("larger than 8.0 MiB", "largest_push = \"16M\"");
        }
    }

    @Test
    void whatIsRefusedForAnotherReasonIsNotSaidToBeTooLarge() throws Exception {
        try (Site site = Site.in(folder)) {
            site.hook("pre-receive", "exit 1");
            assertThat(site.push("dad").err())
                    .contains("pre-receive hook declined")
                    .doesNotContain("larger than");
        }
    }

    @Test
    void aDiskThatIsNearlyFullTakesNoMoreThanThereIsRoomFor() throws Exception {
        PushSize usual = new PushSize(64L << 20, "largest_push", Optional.empty());
        assertThat(usual.within(folder, 8L << 30)).isEqualTo(usual);
        PushSize small = usual.within(folder, (1L << 30) + (5L << 20));
        assertThat(small.bytes()).isEqualTo(5L << 20);
        assertThat(small.refusal(0))
                .contains("this push is larger than 5.0 MiB", "on the disk of " + folder, "1024 MiB stay free")
                .doesNotContain("largest_push");
        assertThat(usual.within(folder, 100).bytes())
                .as("a change of a configuration is taken")
                .isEqualTo(1L << 20);
    }

    @Test
    void whoKnowsHowLargeAPushWasSaysSo() {
        PushSize size = new PushSize(64L << 20, "largest_push", Optional.empty());
        assertThat(size.refusal(71L << 20))
                .startsWith("refused: this push has 71 MiB, and at most 64 MiB are taken at once; nothing was changed.")
                .contains("largest_push = \"142M\"");
    }

    @Test
    void connectionsThatSayNothingAreCutOffAndHinderNobody() throws Exception {
        try (Site site = Site.in(folder, with(64, Duration.ofSeconds(10)))) {
            List<Socket> idle = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                idle.add(connect(site));
            }
            assertThat(site.push("dad").status()).isZero();
            for (Socket socket : idle) {
                socket.getInputStream().readAllBytes();
                socket.close();
            }
            Site.until(
                    "all are logged",
                    () -> site.log().stream()
                                    .filter(l -> l.contains("without a key"))
                                    .count()
                            == 50);
        }
    }

    @Test
    void whoSaysNothingMakesRoomForWhoComes() throws Exception {
        try (Site site = Site.in(folder, with(2, Duration.ofSeconds(60)))) {
            Socket first = connect(site);
            Socket second = connect(site);
            assertThat(first.getInputStream().read()).isEqualTo('S');
            assertThat(second.getInputStream().read()).isEqualTo('S');
            assertThat(site.push("dad").status()).isZero();
            first.getInputStream().readAllBytes();
            assertThat(site.log()).anyMatch(line -> line.contains("cut off: 2 connections are open"));
            first.close();
            second.close();
        }
    }

    @Test
    void twoHundredConnectionsThatSayNothingLockNobodyOut() throws Exception {
        try (Site site = Site.in(folder, with(64, Duration.ofSeconds(120)))) {
            List<Socket> idle = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                idle.add(connect(site));
            }
            assertThat(site.push("dad").status()).isZero();
            long open = 0;
            for (Socket socket : idle) {
                socket.setSoTimeout(50);
                open += isOpen(socket) ? 1 : 0;
                socket.close();
            }
            assertThat(open).isBetween(1L, 64L);
            site.assertSound();
        }
    }

    private static boolean isOpen(Socket socket) throws IOException {
        try {
            socket.getInputStream().readAllBytes();
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        } catch (SocketException e) {
            return false;
        }
    }

    /** Something passes all the time, so it is not idle; it is only never done. */
    @Test
    void whoTakesForeverToSayWhoTheyAreIsCutOff() throws Exception {
        try (Site site = Site.in(folder, with(64, Duration.ofSeconds(3)));
                Socket slow = connect(site)) {
            Site.until("it is cut off", () -> {
                try {
                    slow.getOutputStream().write('S');
                    return false;
                } catch (IOException e) {
                    return true;
                }
            });
            assertThat(site.push("dad").status()).isZero();
        }
    }

    /** The commonest of what is sent to any open port. */
    @Test
    void whatIsNoSshIsCutOff() throws Exception {
        try (Site site = Site.in(folder)) {
            Random random = new Random(4);
            byte[] noise = new byte[200_000];
            random.nextBytes(noise);
            for (byte[] said : List.of(
                    "GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                    "SSH-1.5-old\r\n".getBytes(StandardCharsets.US_ASCII),
                    ("SSH-2.0-" + "x".repeat(100_000)).getBytes(StandardCharsets.US_ASCII),
                    concatenated("SSH-2.0-x\r\n".getBytes(StandardCharsets.US_ASCII), noise),
                    noise)) {
                try (Socket socket = connect(site)) {
                    socket.getOutputStream().write(said);
                    socket.getInputStream().readAllBytes();
                } catch (SocketException e) {
                    // Cut off while it still spoke.
                }
            }
            assertThat(site.push("dad").status()).isZero();
        }
    }

    private static byte[] concatenated(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    /** {@code ./soak} sends 1 GB, to a server that takes 512 MB. */
    @Test
    void aPackThatNeverEndsIsCutOffAndNothingOfItStays() throws Exception {
        long megabytes = Long.getLong("pack.megabytes", 4);
        long limit = megabytes > 100 ? Limits.DEFAULT.packBytes() : Site.LIMITS.packBytes();
        Limits limits = new Limits(64, Site.LIMITS.unauthenticated(), 3, Site.LIMITS.idle(), limit, limit);
        try (Site site = Site.in(folder, limits)) {
            List<String> before = site.stored();
            byte[] good = site.pushed();
            int pack = new String(good, StandardCharsets.ISO_8859_1).indexOf("PACK");
            try (RunningProcess client = site.begin("dad", "git-receive-pack 'system'")) {
                OutputStream to = client.stdin();
                try {
                    to.write(good, 0, pack);
                    writeEndlessBlob(to, megabytes);
                } catch (IOException e) {
                    // The server has heard enough.
                }
                closeQuietly(to);
                client.await();
            }
            Site.until("git is gone", () -> site.served().isEmpty());
            Site.until("it is logged", () -> site.log().stream().anyMatch(line -> line.contains("could not take")));
            assertThat(site.main()).isEmpty();
            assertThat(site.stored()).isEqualTo(before);
            assertThat(site.push("dad").status()).isZero();
            site.assertSound();
        }
    }

    private static void closeQuietly(OutputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            // What was not flushed cannot be.
        }
    }

    /** A pack (gitformat-pack) with one blob, its content stored and not compressed. */
    private static void writeEndlessBlob(OutputStream to, long megabytes) throws IOException {
        to.write(new byte[] {'P', 'A', 'C', 'K', 0, 0, 0, 2, 0, 0, 0, 1});
        long size = megabytes << 20;
        int first = 3 << 4 | (int) (size & 15);
        for (long rest = size >> 4; ; rest >>= 7) {
            to.write(rest == 0 ? first : first | 0x80);
            if (rest == 0) {
                break;
            }
            first = (int) (rest & 0x7f);
        }
        byte[] block = new byte[1 << 20];
        new Random(5).nextBytes(block);
        DeflaterOutputStream deflated =
                new DeflaterOutputStream(to, new Deflater(Deflater.NO_COMPRESSION), 1 << 16, true);
        for (long i = 0; i < megabytes; i++) {
            deflated.write(block);
        }
        deflated.finish();
        to.flush();
    }

    @Test
    void brokenPacksAreRefusedAndNothingMoves() throws Exception {
        try (Site site = Site.in(folder)) {
            byte[] good = site.pushed();
            int pack = new String(good, StandardCharsets.ISO_8859_1).indexOf("PACK");
            for (int length : new int[] {0, 3, pack - 4, pack, pack + 11, pack + 30, good.length - 1}) {
                site.say("dad", Arrays.copyOf(good, length), "git-receive-pack 'system'");
                assertThat(site.main()).as("cut at " + length).isEmpty();
            }
            for (int place = pack; place < good.length; place += 13) {
                byte[] flipped = good.clone();
                flipped[place] ^= 0x10;
                site.say("dad", flipped, "git-receive-pack 'system'");
                assertThat(site.main()).as("changed at " + place).isEmpty();
            }
            site.assertSound();
            Site.Outcome taken = site.say("dad", good, "git-receive-pack 'system'");
            assertThat(site.main()).as(taken.toString()).isEqualTo(site.inWork("rev-parse", "HEAD"));
            site.assertSound();
        }
    }

    @Test
    void aClientThatGoesInTheMiddleLeavesNothingRunning() throws Exception {
        try (Site site = Site.in(folder)) {
            byte[] good = site.pushed();
            try (RunningProcess client = site.begin("dad", "git-receive-pack 'system'")) {
                OutputStream to = client.stdin();
                to.write(good, 0, good.length - 30);
                to.flush();
                Site.until("git runs", () -> !site.served().isEmpty());
                client.kill();
            }
            Site.until("git is gone", () -> site.served().isEmpty());
            assertThat(site.main()).isEmpty();
            assertThat(site.push("dad").status()).isZero();
            site.assertSound();
        }
    }

    @Test
    void aClientThatGoesWhileAHookRunsLeavesNothingRunning() throws Exception {
        try (Site site = Site.in(folder)) {
            site.hook("pre-receive", "sleep 4321");
            try (RunningProcess client = site.beginPush("dad")) {
                Site.until("the hook runs", () -> site.served().stream().anyMatch(line -> line.contains("4321")));
                client.kill();
            }
            Site.until("all is gone", () -> site.served().isEmpty());
            Site.until(
                    "it is logged", () -> site.log().stream().anyMatch(line -> line.contains("the client has gone")));
            assertThat(site.main()).isEmpty();
        }
    }

    private static Limits idle(Duration limit) {
        return new Limits(64, Site.LIMITS.unauthenticated(), Site.LIMITS.attempts(), limit, Site.LIMITS.packBytes(), 1);
    }

    @Test
    void aClientThatIsLetInAndThenSaysNothingIsCutOff() throws Exception {
        try (Site site = Site.in(folder, idle(Duration.ofSeconds(5)))) {
            try (RunningProcess client = site.begin("mom", "git-upload-pack 'system'")) {
                Site.until("git runs", () -> !site.served().isEmpty());
                Site.until("git is gone", () -> site.served().isEmpty());
                assertThat(client.await().exitStatus()).isNotZero();
            }
        }
    }

    @Test
    @Tag("slow")
    void aPushThatWaitsForASilentHookIsNotIdle() throws Exception {
        try (Site site = Site.in(folder, idle(Duration.ofSeconds(10)))) {
            site.hook("pre-receive", "sleep 25");
            Site.Outcome pushed = site.push("dad");
            assertThat(pushed.status()).as(pushed.toString()).isZero();
        }
    }

    @Test
    void closingTheServerEndsWhatRuns() throws Exception {
        Site site = Site.in(folder);
        site.hook("pre-receive", "sleep 4321");
        try (RunningProcess client = site.beginPush("dad");
                Socket idle = connect(site)) {
            Site.until("the hook runs", () -> site.served().stream().anyMatch(line -> line.contains("4321")));
            site.close();
            assertThat(site.served()).isEmpty();
            InputStream from = idle.getInputStream();
            from.readAllBytes();
            assertThat(client.await().exitStatus()).isNotZero();
        }
    }
}
