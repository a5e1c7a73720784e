package org.sourceos.rebuild.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import org.sourceos.config.lock.LockFile.SourcePin;
import org.sourceos.gitstore.Digest;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.host.Cancellation;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.RebuildException.Kind;

/**
 * One file over HTTPS, kept as it came under the last name of its URL. Plain HTTP only where a hash is known before.
 *
 * <p>The hash is computed while the bytes arrive; a wrong file is deleted and never reaches the store.
 */
final class UrlFetcher {
    private static final int MOST_REDIRECTS = 10;

    private final SourceStore store;
    private final NetworkSettings settings;

    UrlFetcher(SourceStore store, NetworkSettings settings) {
        this.store = store;
        this.settings = settings;
    }

    FetchedSource fetch(String url, FetchRequest request) throws RebuildException {
        URI uri = parse(url, request);
        return store.inTemporaryFolder("cannot fetch " + url, request.cancellation(), folder -> {
            Path file = folder.resolve("download");
            Digest digest = download(uri, file, request);
            request.check(
                    digest.hex(),
                    "either the file was replaced at its place, or something between it and this machine changed it; find"
                            + " out which before you trust it (upstream's announcement gives hashes or signatures), then"
                            + (request.recipeHash().isPresent()
                                    ? " change `sha256` in the recipe"
                                    : " run `sourceos lock --update`"));
            StoredLayer layer = store.ingest(url, DownloadedFiles.of(fileName(uri), file), request.cancellation());
            SourcePin pin = new SourcePin(digest.hex(), request.pin().flatMap(SourcePin::version), Optional.empty());
            return store.publish(url, pin, FetchedSource.Kind.FILE, layer);
        });
    }

    private static URI parse(String url, FetchRequest request) throws RebuildException {
        try {
            URI uri = new URI(url);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            if (uri.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
                throw new RebuildException(
                        Kind.UNUSABLE, "cannot fetch " + url + ": it is not a URL of the form https://HOST/PATH");
            }
            if (scheme.equals("http") && request.expected().isEmpty()) {
                throw new RebuildException(
                        Kind.UNUSABLE,
                        "will not fetch " + url
                                + ": over plain HTTP anybody on the way can change it; use https://, or give"
                                + " its `sha256` in the recipe");
            }
            return uri;
        } catch (URISyntaxException e) {
            throw new RebuildException(Kind.UNUSABLE, "cannot fetch " + url + ": not a URL: " + e.getReason(), e);
        }
    }

    /** The last component of the URL's path; {@code source} where it has none that can be a file's name. */
    static String fileName(URI uri) {
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        String last = path.substring(path.lastIndexOf('/') + 1);
        String name;
        try {
            name = URLDecoder.decode(last.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            name = last;
        }
        boolean usable = !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && name.getBytes(StandardCharsets.UTF_8).length <= 200
                && name.chars().noneMatch(c -> c == '/' || c < ' ' || c == 0x7f);
        return usable ? name : "source";
    }

    /** Why one attempt did not succeed, and whether another might. */
    private static final class AttemptFailed extends Exception {
        private static final long serialVersionUID = 1;

        private final boolean again;

        AttemptFailed(String message, boolean again) {
            super(message);
            this.again = again;
        }
    }

    private Digest download(URI uri, Path file, FetchRequest request) throws RebuildException, IOException {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.connect())
                .proxy(settings.proxySelector());
        settings.tls().ifPresent(builder::sslContext);
        HttpClient client = builder.build();
        ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "fetch-watch");
            thread.setDaemon(true);
            return thread;
        });
        try {
            for (int attempt = 1; ; attempt++) {
                request.cancellation().throwIfCancelled();
                try {
                    return attempt(client, watch, uri, file, request);
                } catch (AttemptFailed e) {
                    request.cancellation().throwIfCancelled();
                    if (!e.again || attempt >= settings.attempts()) {
                        throw new RebuildException(Kind.FETCH_FAILED, "cannot fetch " + uri + ": " + e.getMessage(), e);
                    }
                    request.listener().output(request.step(), e.getMessage() + "; trying again");
                    pause(attempt, request.cancellation());
                }
            }
        } finally {
            watch.shutdownNow();
        }
    }

    private static void pause(int attempt, Cancellation cancellation) {
        CompletableFuture<Void> woken = new CompletableFuture<>();
        try (Cancellation.Registration ignored = cancellation.onCancel(() -> woken.complete(null))) {
            woken.completeOnTimeout(null, 500L << attempt, TimeUnit.MILLISECONDS)
                    .join();
        }
    }

    private Digest attempt(HttpClient client, ScheduledExecutorService watch, URI uri, Path file, FetchRequest request)
            throws AttemptFailed, IOException {
        URI place = uri;
        for (int redirects = 0; ; redirects++) {
            HttpResponse<InputStream> response = send(client, place, request.cancellation());
            int status = response.statusCode();
            Optional<String> location = response.headers().firstValue("Location");
            if (status == 301 || status == 302 || status == 303 || status == 307 || status == 308) {
                response.body().close();
                if (redirects >= MOST_REDIRECTS) {
                    throw new AttemptFailed(
                            "it redirects more than " + MOST_REDIRECTS + " times, last to " + place, false);
                }
                place = redirect(place, location);
            } else if (status == 200) {
                return receive(watch, response, file, request);
            } else {
                response.body().close();
                throw refused(status, place.equals(uri) ? "" : " (redirected to " + place + ")");
            }
        }
    }

    private static URI redirect(URI from, Optional<String> location) throws AttemptFailed {
        URI to;
        try {
            to = from.resolve(new URI(location.orElseThrow(
                    () -> new AttemptFailed("the server redirects without saying where to", false))));
        } catch (URISyntaxException e) {
            throw new AttemptFailed("it redirects to something that is not a URL: " + location.orElse(""), false);
        }
        String scheme = String.valueOf(to.getScheme()).toLowerCase(Locale.ROOT);
        boolean secure = scheme.equals("https");
        if (to.getHost() == null || !(secure || scheme.equals("http"))) {
            throw new AttemptFailed("it redirects to " + to + ", which is not an HTTP address", false);
        }
        if (!secure && "https".equalsIgnoreCase(from.getScheme())) {
            throw new AttemptFailed("it redirects from HTTPS to plain HTTP (" + to + "), which is not followed", false);
        }
        return to;
    }

    private static AttemptFailed refused(int status, String where) {
        boolean again = status == 408 || status == 429 || status >= 500;
        String meaning = switch (status) {
            case 404, 410 -> "; it is not there (any more): check the version and the address in the recipe";
            case 401, 403 -> "; the server does not give it to everybody";
            case 407 -> "; the proxy wants a password, which is not supported";
            default -> again ? "; the server has a problem, try again later" : "";
        };
        return new AttemptFailed("the server answers " + status + where + meaning, again);
    }

    private HttpResponse<InputStream> send(HttpClient client, URI place, Cancellation cancellation)
            throws AttemptFailed {
        HttpRequest httpRequest = HttpRequest.newBuilder(place)
                .timeout(settings.connect().plus(settings.stall()))
                .header("User-Agent", "sourceos")
                .header("Accept", "*/*")
                .build();
        CompletableFuture<HttpResponse<InputStream>> sent =
                client.sendAsync(httpRequest, HttpResponse.BodyHandlers.ofInputStream());
        try (Cancellation.Registration ignored = cancellation.onCancel(() -> sent.cancel(true))) {
            return sent.join();
        } catch (CompletionException e) {
            throw unreachable(place, e.getCause() == null ? e : e.getCause());
        }
    }

    private AttemptFailed unreachable(URI place, Throwable cause) {
        String host = place.getHost() + (place.getPort() < 0 ? "" : ":" + place.getPort());
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof HttpConnectTimeoutException) {
                return new AttemptFailed(
                        "no connection to " + host + " within "
                                + settings.connect().toSeconds() + " s; check the network and the proxy",
                        true);
            }
            if (t instanceof HttpTimeoutException) {
                return new AttemptFailed(
                        host + " did not answer within " + settings.stall().toSeconds() + " s", true);
            }
            if (t instanceof UnknownHostException || t instanceof UnresolvedAddressException) {
                return new AttemptFailed(
                        "the name " + place.getHost() + " cannot be resolved; is there a network?", true);
            }
            if (t instanceof SSLException) {
                return new AttemptFailed(
                        "the secure connection to " + host + " failed: " + t.getMessage()
                                + "; check the clock, the package ca-certificates and who answers at that address",
                        false);
            }
        }
        if (cause instanceof ConnectException) {
            return new AttemptFailed(host + " refuses connections; check the address, the network and the proxy", true);
        }
        return new AttemptFailed("the connection to " + host + " failed: " + cause.getMessage(), true);
    }

    private Digest receive(
            ScheduledExecutorService watch, HttpResponse<InputStream> response, Path file, FetchRequest request)
            throws AttemptFailed, IOException {
        OptionalLong length = response.headers().firstValueAsLong("Content-Length");
        InputStream body = response.body();
        if (length.orElse(0) > settings.maxBytes()) {
            body.close();
            throw tooLarge();
        }
        AtomicLong received = new AtomicLong();
        AtomicBoolean stalled = new AtomicBoolean();
        ScheduledFuture<?> watching = watchForStall(watch, body, received, stalled);
        MessageDigest digest = Digest.newMessageDigest();
        try (body;
                Cancellation.Registration ignored = request.cancellation().onCancel(() -> closeQuietly(body));
                OutputStream out = Files.newOutputStream(file)) {
            byte[] buffer = new byte[1 << 16];
            while (true) {
                int n = read(body, buffer, received, stalled, length);
                if (n < 0) {
                    break;
                }
                if (received.addAndGet(n) > settings.maxBytes()) {
                    throw tooLarge();
                }
                digest.update(buffer, 0, n);
                out.write(buffer, 0, n);
                request.listener().progress(request.step(), received.get(), length.orElse(0));
            }
        } finally {
            watching.cancel(false);
        }
        if (length.isPresent() && received.get() != length.getAsLong()) {
            throw truncated(received.get(), length);
        }
        return Digest.finish(digest);
    }

    /** Failures of the network must not be taken for failures of the disk, so only this read is caught. */
    private int read(InputStream body, byte[] buffer, AtomicLong received, AtomicBoolean stalled, OptionalLong length)
            throws AttemptFailed {
        try {
            return body.read(buffer);
        } catch (IOException e) {
            if (stalled.get()) {
                throw new AttemptFailed(
                        "the server sent nothing for " + settings.stall().toSeconds() + " s after " + received.get()
                                + " bytes",
                        true);
            }
            throw truncated(received.get(), length);
        }
    }

    private static AttemptFailed truncated(long received, OptionalLong length) {
        return new AttemptFailed(
                "the connection ended after " + received + " bytes"
                        + (length.isPresent() ? " of " + length.getAsLong() : ", before the end"),
                true);
    }

    private AttemptFailed tooLarge() {
        return new AttemptFailed(
                "it is larger than " + settings.maxBytes() + " bytes, the most a source may have", false);
    }

    private ScheduledFuture<?> watchForStall(
            ScheduledExecutorService watch, InputStream body, AtomicLong received, AtomicBoolean stalled) {
        long millis = Math.max(1, settings.stall().toMillis());
        AtomicLong before = new AtomicLong(-1);
        return watch.scheduleWithFixedDelay(
                () -> {
                    if (before.getAndSet(received.get()) == received.get()) {
                        stalled.set(true);
                        closeQuietly(body);
                    }
                },
                millis,
                millis,
                TimeUnit.MILLISECONDS);
    }

    private static void closeQuietly(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            // It is closed to wake its reader, who reports.
        }
    }
}
