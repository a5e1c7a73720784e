package org.sourceos.launcher.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.sourceos.launcher.LaunchException;

class LimitsTest {
    private static Limits limits(String... pairs) throws LaunchException {
        TreeMap<String, String> values = new TreeMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            values.put(pairs[i], pairs[i + 1]);
        }
        return Limits.of(values);
    }

    @Test
    void limitsBecomeTheFilesOfAGroup() throws Exception {
        Limits limits = limits(
                "memory_max",
                "768",
                "memory_high",
                "640",
                "cpu_weight",
                "50",
                "cpu_quota",
                "150",
                "pids",
                "64",
                "io_weight",
                "20",
                "io_read",
                "20",
                "io_write",
                "10");
        assertThat(GroupSettings.of(limits, List.of("254:0")))
                .extracting(setting -> setting.controller() + " " + setting.file() + " " + setting.value())
                .containsExactly(
                        "memory memory.high 671088640",
                        "memory memory.max 805306368",
                        "memory memory.oom.group 1",
                        "cpu cpu.weight 50",
                        "cpu cpu.max 150000 100000",
                        "pids pids.max 64",
                        "io io.weight default 20",
                        "io io.max 254:0 rbps=20971520",
                        "io io.max 254:0 wbps=10485760");
        assertThat(GroupSettings.of(Limits.NONE, List.of("254:0"))).isEmpty();
    }

    @Test
    void theCommandLineWinsOverTheImage() throws Exception {
        assertThat(limits("pids", "10")
                        .over(limits("pids", "20", "cpu_weight", "5"))
                        .values())
                .hasToString("{cpu_weight=5, pids=10}");
    }

    @Test
    void wrongValuesAreRefusedWithWhatIsRight() {
        assertThatThrownBy(() -> limits("cpu_weight", "0")).hasMessageContaining("from 1 to 10000, not 0");
        assertThatThrownBy(() -> limits("pids", "many")).hasMessageContaining("not many");
        assertThatThrownBy(() -> limits("required", "yes")).hasMessageContaining("true or false");
        assertThatThrownBy(() -> limits("cpu_pinning", "3-1")).hasMessageContaining("does not go upwards");
        assertThatThrownBy(() -> limits("trust_domain", "a/b")).hasMessageContaining("trust domain");
        assertThatThrownBy(() -> limits("colour", "1")).hasMessageContaining("no limit called colour");
    }

    @Test
    void listsOfProcessorsAreThoseOfTheKernel() throws Exception {
        assertThat(ProcessorList.parse("0,4-6\n")).containsExactly(0, 4, 5, 6);
        assertThatThrownBy(() -> ProcessorList.parse("")).isInstanceOf(LaunchException.class);
        assertThatThrownBy(() -> ProcessorList.parse("1,,2")).isInstanceOf(LaunchException.class);
    }

    @Test
    void weightsBecomeNiceValuesOfTheSameMeaning() {
        assertThat(MachineLimits.nice(100)).isZero();
        assertThat(MachineLimits.nice(50)).isEqualTo(3);
        assertThat(MachineLimits.nice(1)).isEqualTo(19);
        assertThat(MachineLimits.nice(200)).isEqualTo(-3);
        assertThat(MachineLimits.nice(10000)).isEqualTo(-20);
    }
}
