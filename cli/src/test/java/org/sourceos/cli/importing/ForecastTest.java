package org.sourceos.cli.importing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ForecastTest {
    private static final long MIB = 1 << 20;

    private static Forecast forecast(List<String> built, List<String> kernels) {
        Duration kernel = Duration.ofMinutes(24).multipliedBy(kernels.size());
        return new Forecast(new TreeSet<>(built), 1, kernels, kernel, Duration.ofMinutes(70), 7 * MIB, 300 * MIB);
    }

    @Test
    void saysWhatIsThereWhatTheRestTakesAndWhichKernelsAreMissing() {
        assertThat(forecast(List.of("tree"), List.of("", "NET")).text(3))
                .isEqualTo("1 of 3 are built already\n"
                        + "Roughly 1 h 10 min one after the other, 7 MiB of sources to fetch, at most 300 MiB of disk with what"
                        + " they are built with; 1 of the builds were measured here before\n"
                        + "Before that a kernel, once: roughly 24 min more\n"
                        + "Before that a kernel with NET, once: roughly 24 min more\n");
        assertThat(forecast(List.of("jq", "tree"), List.of()).text(2)).isEqualTo("2 of 2 are built already\n");
    }

    @Test
    void jsonCountsTheKernelsInItsTime() {
        JsonObject build = new JsonObject();
        build.addProperty("seconds", 1);
        forecast(List.of("tree"), List.of("NET")).addTo(build);
        assertThat(build.get("seconds").getAsInt()).isEqualTo((70 + 24) * 60);
        assertThat(build.get("kernels").toString()).isEqualTo("[\"NET\"]");
        assertThat(build.get("built").toString()).isEqualTo("[\"tree\"]");
    }
}
