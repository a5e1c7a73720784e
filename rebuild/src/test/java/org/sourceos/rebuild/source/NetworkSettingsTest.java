package org.sourceos.rebuild.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkSettingsTest {
    @Test
    void readsProxiesAsCurlDoes() {
        NetworkSettings settings = NetworkSettings.fromEnvironment(
                Map.of("http_proxy", "proxy:3128", "HTTP_PROXY", "http://ignored:1", "ALL_PROXY", "http://all:8080/"));
        assertThat(settings.httpProxy()).contains(URI.create("http://proxy:3128"));
        assertThat(settings.httpsProxy()).contains(URI.create("http://all:8080/"));
    }

    @ParameterizedTest
    @CsvSource({
        "example.org,true",
        "www.example.org,true",
        "EXAMPLE.org,true",
        "notexample.org,false",
        "deep.local,true",
        "local,true",
        "other.net,false"
    })
    void reachesHostsOfNoProxyDirectly(String host, boolean direct) {
        NetworkSettings settings =
                NetworkSettings.fromEnvironment(Map.of("no_proxy", "example.org, .local", "https_proxy", "http://p:1"));
        assertThat(settings.isDirect(host)).isEqualTo(direct);
    }

    @Property(tries = 200)
    void neverFailsOnWhateverTheEnvironmentHolds(@ForAll String value) {
        NetworkSettings settings = NetworkSettings.fromEnvironment(Map.of("https_proxy", value, "no_proxy", value));
        assertThat(settings.isDirect("example.org")).isIn(true, false);
    }
}
