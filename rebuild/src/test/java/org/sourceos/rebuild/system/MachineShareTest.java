package org.sourceos.rebuild.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.sourceos.config.options.ConfigValue;
import org.sourceos.config.options.ConfigValue.Elements;
import org.sourceos.config.options.ConfigValue.Fields;
import org.sourceos.config.options.ConfigValue.Flag;
import org.sourceos.config.options.ConfigValue.Text;
import org.sourceos.config.options.ConfigValue.Whole;
import org.sourceos.rebuild.plan.KernelWish;

class MachineShareTest {
    private static Fields fields(Map<String, ConfigValue> values) {
        return new Fields(new TreeMap<>(values));
    }

    @Test
    void limitsHaveTheNamesAndUnitsOfRecipes() {
        Fields machine = fields(Map.of(
                "limits",
                fields(Map.of(
                        "memory_max", new Text("2G"),
                        "io_read", new Whole(20),
                        "cpu_quota", new Whole(150),
                        "required", new Flag(true))),
                "cpu_pinning",
                new Elements(List.of(new Whole(4), new Whole(5))),
                "trust_domain",
                new Text("work")));
        assertThat(WantedMachine.of(machine, true).settings().limits())
                .hasToString("{cpu_pinning=4,5, cpu_quota=150, io_read=20, memory_max=2048, required=true,"
                        + " trust_domain=work}");
        assertThat(WantedMachine.of(machine, false).settings().limits()).doesNotContainKey("trust_domain");
        assertThat(WantedMachine.of(machine, false).withoutEffect()).isEmpty();
        assertThat(WantedMachine.of(fields(Map.of()), true).settings().limits()).isEmpty();
    }

    @Test
    void aMachinesKernelIsAVariantAndWhatIsNotHeededIsNamed() {
        Fields settings = fields(Map.of(
                "preempt", new Text("full"),
                "timer_hz", new Whole(1000),
                "no_debug", new Flag(true),
                "features", new Elements(List.of(new Text("VSOCK"))),
                "version", new Text("6.6")));
        WantedMachine machine =
                WantedMachine.of(fields(Map.of("kernel", new ConfigValue.Package("kernel", settings))), false);
        assertThat(machine.kernel().variant()).hasToString("{no_debug=true, preempt=full, timer_hz=1000}");
        assertThat(machine.kernel().features()).containsExactly("VSOCK");
        assertThat(machine.withoutEffect()).containsExactly("kernel.version");
        assertThat(WantedMachine.of(fields(Map.of()), false).kernel()).isEqualTo(KernelWish.NONE);
    }
}
