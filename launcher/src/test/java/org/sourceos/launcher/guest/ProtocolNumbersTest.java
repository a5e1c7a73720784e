package org.sourceos.launcher.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.sourceos.launcher.qemu.QemuCommandLine;

/** Both sides of the protocol have its numbers; this is what keeps them the same. */
class ProtocolNumbersTest {
    @Test
    void areTheSameInCAndInJava() throws Exception {
        Map<String, String> header = new TreeMap<>();
        Matcher matcher = Pattern.compile("(?m)^#define (\\w+) (\\S+)$")
                .matcher(Files.readString(Path.of("src/main/c/protocol.h")));
        while (matcher.find()) {
            header.put(matcher.group(1), matcher.group(2));
        }
        assertThat(header)
                .containsEntry("PROTOCOL_VERSION", String.valueOf(GuestChannel.PROTOCOL_VERSION))
                .containsEntry("PORT_NAME", "\"" + QemuCommandLine.PORT_NAME + "\"")
                .containsEntry("FRAME_HEADER", String.valueOf(GuestChannel.HEADER))
                .containsEntry("FRAME_MAX_PAYLOAD", String.valueOf(GuestChannel.MAX_PAYLOAD))
                .containsEntry("FLAG_MORE", String.valueOf(GuestChannel.FLAG_MORE))
                .containsEntry("START_MAX_BYTES", String.valueOf(StartMessage.MAX_BYTES));
        header.keySet().removeAll(Set.of("FRAME_HEADER", "FRAME_MAX_PAYLOAD", "START_MAX_BYTES"));
        assertThat(withPrefix(header, "FRAME_"))
                .isEqualTo(Arrays.stream(FrameType.values())
                        .collect(Collectors.toMap(Enum::name, t -> String.valueOf(t.code()))));
        assertThat(withPrefix(header, "START_"))
                .isEqualTo(Arrays.stream(StartRecord.values())
                        .collect(Collectors.toMap(Enum::name, r -> String.valueOf(r.code()))));
    }

    private static Map<String, String> withPrefix(Map<String, String> all, String prefix) {
        return all.entrySet().stream()
                .filter(e -> e.getKey().startsWith(prefix))
                .collect(Collectors.toMap(e -> e.getKey().substring(prefix.length()), Map.Entry::getValue));
    }
}
