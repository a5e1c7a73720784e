package org.sourceos.rebuild.source;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * How files are fetched over HTTP.
 *
 * @param httpProxy for {@code http://}; host and port count
 * @param httpsProxy for {@code https://}
 * @param noProxy hosts reached directly: names, with a leading dot or without, then their subdomains too; {@code *} for all
 * @param tls which certificates are trusted; the platform's when empty
 * @param connect how long a connection may take to come about
 * @param stall how long a server may send nothing
 * @param attempts how often a fetch is begun in all when the network or the server fails
 * @param maxBytes what no source may exceed
 */
public record NetworkSettings(
        Optional<URI> httpProxy,
        Optional<URI> httpsProxy,
        List<String> noProxy,
        Optional<SSLContext> tls,
        Duration connect,
        Duration stall,
        int attempts,
        long maxBytes) {

    /** Git objects of 2 GiB and more cannot be read back by JGit. */
    public static final long LARGEST = (1L << 31) - 1;

    public NetworkSettings {
        noProxy = List.copyOf(noProxy);
        if (attempts < 1) {
            throw new IllegalArgumentException("at least one attempt is needed");
        }
    }

    /** The proxies that {@code http_proxy}, {@code https_proxy}, {@code all_proxy} and {@code no_proxy} name, as curl reads them. */
    public static NetworkSettings fromEnvironment(Map<String, String> environment) {
        // curl ignores HTTP_PROXY in upper case (a CGI program's client could set it); the others count in both.
        Optional<URI> all = proxy(environment, "all_proxy", "ALL_PROXY");
        List<String> direct = List.of(first(environment, "no_proxy", "NO_PROXY")
                .orElse("")
                .toLowerCase(Locale.ROOT)
                .strip()
                .split("[,\\s]+"));
        return new NetworkSettings(
                proxy(environment, "http_proxy").or(() -> all),
                proxy(environment, "https_proxy", "HTTPS_PROXY").or(() -> all),
                direct.stream().filter(d -> !d.isEmpty()).toList(),
                Optional.empty(),
                Duration.ofSeconds(20),
                Duration.ofSeconds(60),
                3,
                LARGEST);
    }

    private static Optional<String> first(Map<String, String> environment, String... names) {
        for (String name : names) {
            String value = environment.get(name);
            if (value != null && !value.isBlank()) {
                return Optional.of(value.strip());
            }
        }
        return Optional.empty();
    }

    private static Optional<URI> proxy(Map<String, String> environment, String... names) {
        return first(environment, names).flatMap(value -> {
            try {
                URI uri = URI.create(value.contains("://") ? value : "http://" + value);
                return uri.getHost() == null ? Optional.empty() : Optional.of(uri);
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        });
    }

    boolean isDirect(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        for (String direct : noProxy) {
            String suffix = direct.startsWith(".") ? direct : "." + direct;
            if (direct.equals("*") || name.equals(suffix.substring(1)) || name.endsWith(suffix)) {
                return true;
            }
        }
        return false;
    }

    ProxySelector proxySelector() {
        return new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                Optional<URI> proxy = "https".equalsIgnoreCase(uri.getScheme()) ? httpsProxy : httpProxy;
                if (proxy.isEmpty() || isDirect(String.valueOf(uri.getHost()))) {
                    return List.of(Proxy.NO_PROXY);
                }
                int port = proxy.get().getPort() < 0 ? 80 : proxy.get().getPort();
                return List.of(new Proxy(
                        Proxy.Type.HTTP,
                        InetSocketAddress.createUnresolved(proxy.get().getHost(), port)));
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, java.io.IOException failure) {
                // The request fails with the same exception and says so.
            }
        };
    }
}
