package org.sourceos.config.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.sourceos.config.ConfigException;

class KernelFragmentTest {
    @Test
    void readsOptionsInTheirOrder() throws ConfigException {
        KernelFragment fragment = KernelFragment.parse("NET.config", """
                # --- networking
                CONFIG_NET=y

                # CONFIG_WIRELESS is not set
                #CONFIG_FOO=y
                CONFIG_LOCALVERSION="-sourceos \\"x\\""
                CONFIG_NR_CPUS=8
                CONFIG_PHYSICAL_START=0x1000000
                CONFIG_64BIT=y
                CONFIG_EMPTY=""
                """);

        assertThat(fragment.options().keySet())
                .containsExactly(
                        "CONFIG_NET",
                        "CONFIG_WIRELESS",
                        "CONFIG_LOCALVERSION",
                        "CONFIG_NR_CPUS",
                        "CONFIG_PHYSICAL_START",
                        "CONFIG_64BIT",
                        "CONFIG_EMPTY");
        assertThat(fragment.values())
                .containsEntry("CONFIG_NET", "y")
                .containsEntry("CONFIG_WIRELESS", "n")
                .containsEntry("CONFIG_LOCALVERSION", "\"-sourceos \\\"x\\\"\"")
                .containsEntry("CONFIG_PHYSICAL_START", "0x1000000");
    }

    @Test
    void findsAllMistakesAtOnce() {
        assertThatThrownBy(() -> KernelFragment.parse("SND.config", """
                        CONFIG_SND=m
                        CONFIG_PCI=n
                        # CONFIG_USB is not set.
                        #CONFIG_ACPI is not set
                        SND_HDA=y
                        CONFIG_SND_PCM = y
                        CONFIG_LOCALVERSION=-x
                        CONFIG_SND_TIMER=y # for alsa
                        sound please
                        CONFIG_SND_RAWMIDI
                        CONFIG_A=y
                        # CONFIG_A is not set
                        """))
                .isInstanceOf(ConfigException.class)
                .hasMessage("""
                        SND.config:1:12: a machine's kernel has no modules
                          1 | CONFIG_SND=m
                            |            ^
                          write CONFIG_SND=y
                        SND.config:2:12: an option that is off has no value
                          2 | CONFIG_PCI=n
                            |            ^
                          write # CONFIG_PCI is not set
                        SND.config:4:1: Kconfig reads this as a comment, not as an option that is not set
                          4 | #CONFIG_ACPI is not set
                            | ^
                          write # CONFIG_ACPI is not set
                        SND.config:5:1: this is no line of a kernel configuration
                          5 | SND_HDA=y
                            | ^
                          write CONFIG_SND_HDA=y
                        SND.config:6:1: this is no line of a kernel configuration
                          6 | CONFIG_SND_PCM = y
                            | ^
                          write CONFIG_SND_PCM=y
                        SND.config:7:21: "-x" is no value of an option
                          7 | CONFIG_LOCALVERSION=-x
                            |                     ^
                          write y, a number, or "-x" in quotes
                        SND.config:8:18: "y # for alsa" is no value of an option
                          8 | CONFIG_SND_TIMER=y # for alsa
                            |                  ^
                          write y, a number, or a text in double quotes, and nothing after it
                        SND.config:9:1: this is no line of a kernel configuration
                          9 | sound please
                            | ^
                          write CONFIG_NAME=y, # CONFIG_NAME is not set, or a comment after #
                        SND.config:10:1: this is no line of a kernel configuration
                          10 | CONFIG_SND_RAWMIDI
                             | ^
                          write CONFIG_SND_RAWMIDI=y
                        SND.config:12:1: CONFIG_A was already given on line 11 (CONFIG_A=y)
                          12 | # CONFIG_A is not set
                             | ^
                          remove one of the two""");
    }

    @Test
    void aLaterFragmentMayRepeatButNotContradict() throws ConfigException {
        KernelFragment net =
                KernelFragment.parse("NET.config", "CONFIG_NET=y\nCONFIG_INET=y\n# CONFIG_IPV6 is not set\n");
        KernelFragment nine =
                KernelFragment.parse("9P.config", "CONFIG_NET=y\n\n# CONFIG_INET is not set\nCONFIG_IPV6=y\n");

        assertThat(KernelFragment.merge(List.of(net, net))).isEqualTo(net);
        assertThatThrownBy(() -> KernelFragment.merge(List.of(net, nine)))
                .isInstanceOf(ConfigException.class)
                .hasMessage("""
                        9P.config:3:1: # CONFIG_INET is not set contradicts CONFIG_INET=y at NET.config:2:1
                          3 | # CONFIG_INET is not set
                            | ^
                          these cannot be had together; make both say the same, or remove one
                        9P.config:4:1: CONFIG_IPV6=y contradicts # CONFIG_IPV6 is not set at NET.config:3:1
                          4 | CONFIG_IPV6=y
                            | ^
                          these cannot be had together; make both say the same, or remove one""");
    }

    @Test
    void whatIsAskedForGoesBeforeTheDefaultsOfABase() throws ConfigException {
        KernelFragment base = KernelFragment.parse("base.config", "CONFIG_HZ_100=y\nCONFIG_PREEMPT_NONE=y\n");
        KernelFragment preempt =
                KernelFragment.parse("PREEMPT.config", "# CONFIG_PREEMPT_NONE is not set\nCONFIG_PREEMPT=y\n");

        assertThat(base.overriddenBy(preempt).values())
                .isEqualTo(Map.of("CONFIG_HZ_100", "y", "CONFIG_PREEMPT_NONE", "n", "CONFIG_PREEMPT", "y"));
    }

    @Property(tries = 200)
    void printedFragmentsAreReadBack(@ForAll("fragments") String text) throws ConfigException {
        KernelFragment fragment = KernelFragment.parse("x.config", text);

        assertThat(fragment.print()).isEqualTo(text);
        assertThat(KernelFragment.parse("x.config", fragment.print()).values()).isEqualTo(fragment.values());
    }

    @Property(tries = 1000)
    void anyTextIsReadOrRefused(@ForAll String text) {
        for (String prefix : List.of("", "CONFIG_X=", "CONFIG_X=\"", "# CONFIG_X is ", "CONFIG_")) {
            try {
                KernelFragment.parse("x.config", prefix + text);
            } catch (ConfigException e) {
                assertThat(e.diagnostics()).isNotEmpty();
            }
        }
    }

    @Provide
    Arbitrary<String> fragments() {
        Arbitrary<String> option = Arbitraries.strings()
                .withCharRange('A', 'Z')
                .withChars("_0123456789")
                .ofMinLength(1)
                .ofMaxLength(8);
        Arbitrary<String> value =
                Arbitraries.of("y", "12", "-1", "0xff", "\"text with \\\\ and # \\\" in it\"", "\"\"", "n");
        return Arbitraries.maps(option, value).ofMaxSize(8).map(options -> {
            StringBuilder text = new StringBuilder();
            options.forEach((name, v) -> text.append(
                    v.equals("n") ? "# CONFIG_" + name + " is not set\n" : "CONFIG_" + name + "=" + v + "\n"));
            return text.toString();
        });
    }
}
