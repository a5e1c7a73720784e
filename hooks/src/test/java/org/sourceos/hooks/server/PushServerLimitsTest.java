package org.sourceos.hooks.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
                connections, unauthenticated, Site.LIMITS.attempts(), Site.LIMITS.idle(), Site.LIMITS.packBytes());
    }

    private static Socket connect(Site site) throws Exception {
        Socket socket = new Socket("127.0.0.1", site.server().port());
        socket.setSoTimeout(60_000);
        return socket;
    }

    @Test
    void aPackOverTheLimitIsRefusedAndTheNextOneTaken() throws Exception {
        try (Site site = Site.in(folder)) {
            StringBuilder text = new StringBuilder();
            java.util.Random random = new java.util.Random(1);
            while (text.length() < 4_000_000) {
                text.append(Long.toString(random.nextLong(), 36)).append('\n');
            }
            site.commit(text.toString());
            Site.Outcome refused = site.push("dad");
            assertThat(refused.status()).isNotZero();
            assertThat(refused.err()).contains("pack exceeds maximum allowed size");
            assertThat(site.main()).isEmpty();
            site.inWork("reset", "-q", "--hard", "HEAD~1");
            assertThat(site.push("dad").status()).isZero();
            site.assertSound();
        }
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
    void connectionsOverTheLimitAreClosedAndTheServerGoesOn() throws Exception {
        try (Site site = Site.in(folder, with(2, Duration.ofSeconds(60)))) {
            Socket first = connect(site);
            Socket second = connect(site);
            assertThat(first.getInputStream().read()).isEqualTo('S');
            assertThat(second.getInputStream().read()).isEqualTo('S');
            for (int i = 0; i < 3; i++) {
                try (Socket third = connect(site)) {
                    assertThat(third.getInputStream().readAllBytes()).isEmpty();
                }
            }
            first.close();
            second.close();
            Site.until(
                    "they are gone",
                    () -> site.log().stream()
                                    .filter(l -> l.contains("without a key"))
                                    .count()
                            == 2);
            assertThat(site.push("dad").status()).isZero();
        }
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
        return new Limits(64, Site.LIMITS.unauthenticated(), Site.LIMITS.attempts(), limit, Site.LIMITS.packBytes());
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
