package org.sourceos.rebuild.apt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessRunner;

class DebianVersionTest {
    @Test
    void ordersAsPolicySays() {
        List<String> inOrder = List.of(
                "1.0~rc1-1",
                "1.0",
                "1.0-1~bpo12+1",
                "1.0-1",
                "1.0-1+deb12u1",
                "1.0-1+deb12u2",
                "1.0-1+deb12u10",
                "1.0-1.1",
                "1.0-2",
                "1.0+dfsg-1",
                "1.9-1",
                "1.10-1",
                "6.1.192-2",
                "1:0.1-1",
                "2:0.1");
        List<String> shuffled = new ArrayList<>(inOrder);
        Collections.shuffle(shuffled, new Random(7));
        shuffled.sort(DebianVersion.ORDER);
        assertThat(shuffled).isEqualTo(inOrder);
    }

    @Test
    void agreesWithDpkg() throws Exception {
        List<String> versions = List.of(
                "1.0~rc1-1",
                "1.0",
                "1.0-0",
                "1.0-1+deb12u1",
                "1.0-1.1",
                "1.0+dfsg-1",
                "1:0.1-1",
                "0:1.0",
                "1.0a",
                "1.0-a1");
        for (String a : versions) {
            for (String b : versions) {
                boolean earlier = new ProcessRunner()
                        .run(Command.of("dpkg", "--compare-versions", a, "lt", b), new Cancellation())
                        .succeeded();
                assertThat(DebianVersion.ORDER.compare(a, b) < 0)
                        .as(a + " < " + b)
                        .isEqualTo(earlier);
            }
        }
    }
}
