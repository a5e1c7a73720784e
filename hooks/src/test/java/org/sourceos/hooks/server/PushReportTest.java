package org.sourceos.hooks.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PushReportTest {
    private static final String REFS = packet("0123 refs/heads/main\0 report-status side-band-64k\n") + "0000";
    private static final String REPORT = packet("unpack ok\n")
            + packet("ok refs/heads/a\n")
            + packet("ng refs/heads/b pre-receive hook declined\n")
            + "0000";
    private static final String SUMMARY =
            "took \"refs/heads/a\", refused \"refs/heads/b\" (\"pre-receive hook declined\")";

    private static String packet(String text) {
        return "%04x%s".formatted(text.length() + 4, text);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String summary(String said, int step) throws IOException {
        ByteArrayOutputStream to = new ByteArrayOutputStream();
        PushReport report = new PushReport(to);
        byte[] all = bytes(said);
        for (int at = 0; at < all.length; at += step) {
            report.write(all, at, Math.min(step, all.length - at));
        }
        assertThat(to.toByteArray()).isEqualTo(all);
        return report.summary();
    }

    @Property
    void readsTheReportHoweverItArrives(@ForAll @IntRange(min = 1, max = 300) int step) throws IOException {
        String half = REPORT.substring(0, 20);
        String banded = REFS
                + packet("\u0002remote: ok nothing\n")
                + packet("\u0001" + half)
                + packet("\u0001" + REPORT.substring(20))
                + "0000";
        assertThat(summary(banded, step)).isEqualTo(SUMMARY);
        assertThat(summary(REFS + REPORT, step)).isEqualTo(SUMMARY);
    }

    @Test
    void saysWhatCouldNotBeUnpackedAndShowsNothingThatSpeaksToATerminal() throws IOException {
        assertThat(summary(
                        REFS + packet("unpack index-pack abnormal exit\n") + packet("ng a\u001b[2J unpacker error\n"),
                        7))
                .isEqualTo("could not take the pack (\"unpack index-pack abnormal exit\"),"
                        + " refused \"a\\u001B[2J\" (\"unpacker error\")");
    }

    @Property
    void passesOnAnything(@ForAll byte[] said) throws IOException {
        summary(new String(said, StandardCharsets.ISO_8859_1), 5);
        summary(REFS + new String(said, StandardCharsets.ISO_8859_1), 5);
    }
}
