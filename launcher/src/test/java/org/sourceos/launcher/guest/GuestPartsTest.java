package org.sourceos.launcher.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which part of the guest's process 1 uses which: a circle would be one part in several files. */
class GuestPartsTest {
    private static final Pattern INCLUDE = Pattern.compile("^#include \"(\\w+)\\.h\"", Pattern.MULTILINE);

    /** Both a part's own file and its header count. */
    private static Map<String, Set<String>> uses() throws IOException {
        Map<String, Set<String>> uses = new TreeMap<>();
        try (Stream<Path> files = Files.list(Path.of("src/main/c"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".c") || name.endsWith(".h")) {
                    String part = name.substring(0, name.length() - 2);
                    Set<String> used = uses.computeIfAbsent(part, key -> new TreeSet<>());
                    Matcher matcher = INCLUDE.matcher(Files.readString(file));
                    while (matcher.find()) {
                        used.add(matcher.group(1));
                    }
                    used.remove(part);
                }
            }
        }
        return uses;
    }

    @Test
    void noPartUsesOneThatUsesIt() throws Exception {
        Map<String, Set<String>> uses = uses();
        assertThat(uses).containsKeys("init", "guest", "channel", "session");
        while (!uses.isEmpty()) {
            Set<String> free = new TreeSet<>();
            uses.forEach((part, used) -> {
                if (used.isEmpty()) {
                    free.add(part);
                }
            });
            assertThat(free).as("what uses none of %s", uses).isNotEmpty();
            uses.keySet().removeAll(free);
            uses.values().forEach(used -> used.removeAll(free));
        }
    }

    @Test
    void whatAllUseUsesNone() throws Exception {
        assertThat(uses().get("guest")).isEmpty();
    }
}
