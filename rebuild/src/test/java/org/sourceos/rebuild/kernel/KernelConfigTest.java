package org.sourceos.rebuild.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class KernelConfigTest {
    private static final String CONFIG = """
            #
            # Automatically generated file; DO NOT EDIT.
            #
            CONFIG_64BIT=y
            # CONFIG_NET is not set
            CONFIG_LOCALVERSION=""
            """;

    @Test
    void replacesOptionsAndKeepsTheRest() {
        assertThat(KernelConfig.parse(CONFIG)
                        .with(new TreeMap<>(Map.of("CONFIG_NET", "y", "CONFIG_64BIT", "n", "CONFIG_NEW", "\"x\""))))
                .isEqualTo("""
                        #
                        # Automatically generated file; DO NOT EDIT.
                        #
                        CONFIG_LOCALVERSION=""
                        # CONFIG_64BIT is not set
                        CONFIG_NET=y
                        CONFIG_NEW="x"
                        """);
    }

    @Test
    void noticesWhatKconfigDidNotTake() {
        KernelConfig config = KernelConfig.parse(CONFIG);
        assertThat(config.mismatches(new TreeMap<>(
                        Map.of("CONFIG_64BIT", "y", "CONFIG_NET", "y", "CONFIG_ABSENT", "n", "CONFIG_GONE", "y"))))
                .containsExactly(
                        new KernelConfig.Mismatch("CONFIG_GONE", "y", "n"),
                        new KernelConfig.Mismatch("CONFIG_NET", "y", "n"));
    }

    @Property(tries = 300)
    void readsAnyText(@ForAll String text) {
        assertThat(KernelConfig.parse(text).mismatches(new TreeMap<>(Map.of("CONFIG_X", "y"))))
                .isNotNull();
    }

    @Test
    void findsWhatAnOptionDependsOn() {
        Map<String, List<KconfigFiles.Definition>> found = new HashMap<>();
        KconfigFiles.read("fs/9p/Kconfig", """
                config 9P_FS
                \ttristate "Plan 9"
                \tdepends on INET && NET_9P
                \tselect NETFS_SUPPORT
                \thelp
                \t  depends on nothing, says the help

                if 9P_FS
                config 9P_FSCACHE
                \tbool "cache" if EXPERT
                \tdepends on 9P_FS=m && FSCACHE || \\
                \t\t9P_FS=y && FSCACHE=y
                endif
                """, Set.of("CONFIG_9P_FS", "CONFIG_9P_FSCACHE"), found);
        assertThat(found.get("CONFIG_9P_FS"))
                .singleElement()
                .satisfies(definition -> assertThat(definition.dependsOn()).containsExactly("INET && NET_9P"));
        assertThat(found.get("CONFIG_9P_FSCACHE"))
                .singleElement()
                .satisfies(definition ->
                        assertThat(definition.dependsOn()).first().asString().contains("9P_FS=y && FSCACHE=y"));
    }
}
