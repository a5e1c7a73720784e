package org.sourceos.rebuild.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sourceos.config.lock.LockFile.SourcePin;
import org.sourceos.config.recipe.PackageSpec.SourceLocation;
import org.sourceos.gitstore.Digest;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.RebuildException.Kind;

class UrlFetcherTest extends FetchingTest {
    private static final byte[] CONTENT = "a tarball, nearly\n".repeat(1000).getBytes(StandardCharsets.UTF_8);
    private static final String DIGEST = Digest.of(CONTENT).hex();

    private TestServer server;

    @BeforeEach
    void startServer() throws Exception {
        network = settings(Optional.of(TestServer.selfSigned(folder)));
        server = TestServer.secure(network.tls().orElseThrow());
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    private FetchedSource fetch(String url, String... sha256) throws RebuildException {
        return fetch(spec(new SourceLocation.Url(url), sha256), Optional.empty());
    }

    private RebuildException failure(String url, String... sha256) throws Exception {
        RebuildException failure = catchThrowableOfType(RebuildException.class, () -> fetch(url, sha256));
        assertThat(failure).as("a failure").isNotNull();
        assertThat(storedSources()).isZero();
        assertThat(temporary()).isEmpty();
        return failure;
    }

    private List<Path> temporary() throws Exception {
        try (var files = Files.list(Files.createDirectories(cache.directory().resolve("tmp")))) {
            return files.filter(f -> Files.exists(f.resolve("work"))).toList();
        }
    }

    @Test
    void storesTheFileUnderItsOwnNameAndPinsItsHash() throws Exception {
        server.serve("/pub/hello-2.10.tar.gz", CONTENT);
        FetchedSource source = fetch(server.url("/pub/hello-2.10.tar.gz"));
        assertThat(source.pin().sha256()).isEqualTo(DIGEST);
        assertThat(source.kind()).isEqualTo(FetchedSource.Kind.FILE);
        assertThat(names(source)).containsExactly("hello-2.10.tar.gz");
        assertThat(listener.done).isEqualTo(CONTENT.length);
        assertThat(listener.total).isEqualTo(CONTENT.length);
        assertThat(temporary()).isEmpty();
    }

    @Test
    void answersFromTheStoreWithoutTheNetworkAfterwards() throws Exception {
        server.serve("/x.tar", CONTENT);
        String url = server.url("/x.tar");
        FetchedSource first = fetch(url);
        server.close();
        assertThat(fetch(spec(new SourceLocation.Url(url)), Optional.of(first.pin())))
                .isEqualTo(first);
        assertThat(fetchers().stored(spec(new SourceLocation.Url(url)), folder, first.pin()))
                .contains(first);
        assertThat(fetch(url, DIGEST).files()).isEqualTo(first.files());
    }

    @Test
    void storesNothingWhenTheHashIsWrong() throws Exception {
        server.serve("/x.tar", CONTENT);
        String wrong = "0".repeat(64);
        RebuildException failure = failure(server.url("/x.tar"), wrong);
        assertThat(failure.kind()).isEqualTo(Kind.HASH_MISMATCH);
        assertThat(failure)
                .hasMessageContaining(wrong)
                .hasMessageContaining(DIGEST)
                .hasMessageContaining("/x.tar");
    }

    @Test
    void storesNothingWhenTheFileIsNotTheLockedOne() throws Exception {
        server.serve("/x.tar", CONTENT);
        SourcePin pin = new SourcePin("1".repeat(64), Optional.empty(), Optional.empty());
        RebuildException failure = catchThrowableOfType(
                RebuildException.class,
                () -> fetch(spec(new SourceLocation.Url(server.url("/x.tar"))), Optional.of(pin)));
        assertThat(failure.kind()).isEqualTo(Kind.HASH_MISMATCH);
        assertThat(failure).hasMessageContaining("sourceos lock --update");
        assertThat(storedSources()).isZero();
    }

    @Test
    void refusesARecipeAndALockThatDisagree() {
        SourcePin pin = new SourcePin("1".repeat(64), Optional.empty(), Optional.empty());
        RebuildException failure = catchThrowableOfType(
                RebuildException.class,
                () -> fetch(spec(new SourceLocation.Url(server.url("/x")), "2".repeat(64)), Optional.of(pin)));
        assertThat(failure.kind()).isEqualTo(Kind.HASH_MISMATCH);
        assertThat(failure).hasMessageContaining("x.source.toml:4:1");
    }

    @Test
    void followsRedirectsAndKeepsTheFirstName() throws Exception {
        server.redirect("/v1.tar.gz", "/else/where");
        server.serve("/else/where", CONTENT);
        assertThat(names(fetch(server.url("/v1.tar.gz")))).containsExactly("v1.tar.gz");
    }

    @Test
    void endsARedirectLoop() throws Exception {
        server.redirect("/a", "/b");
        server.redirect("/b", "/a");
        assertThat(failure(server.url("/a"))).hasMessageContaining("redirects more than");
    }

    @Test
    void doesNotFollowARedirectToPlainHttp() throws Exception {
        try (TestServer plain = TestServer.plain()) {
            plain.serve("/x", CONTENT);
            server.redirect("/x", plain.url("/x"));
            assertThat(failure(server.url("/x"), DIGEST)).hasMessageContaining("from HTTPS to plain HTTP");
        }
    }

    @Test
    void fetchesOverPlainHttpOnlyWithAHash() throws Exception {
        try (TestServer plain = TestServer.plain()) {
            plain.serve("/x", CONTENT);
            assertThat(failure(plain.url("/x")).kind()).isEqualTo(Kind.UNUSABLE);
            assertThat(fetch(plain.url("/x"), DIGEST).pin().sha256()).isEqualTo(DIGEST);
        }
    }

    @ParameterizedTest
    @CsvSource({"404,not there", "403,does not give it to everybody", "500,try again later"})
    void saysWhatARefusalMeans(int status, String meaning) throws Exception {
        server.handle("/x", exchange -> TestServer.answer(exchange, status, new byte[] {1}));
        RebuildException failure = failure(server.url("/x"));
        assertThat(failure.kind()).isEqualTo(Kind.FETCH_FAILED);
        assertThat(failure).hasMessageContaining(Integer.toString(status)).hasMessageContaining(meaning);
    }

    @Test
    void triesAgainWhenTheServerHasAPassingProblem() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        server.handle("/x", exchange -> {
            if (asked.incrementAndGet() == 1) {
                TestServer.answer(exchange, 503, new byte[0]);
            } else {
                TestServer.answer(exchange, 200, CONTENT);
            }
        });
        network = new NetworkSettings(
                Optional.empty(),
                Optional.empty(),
                List.of(),
                network.tls(),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                2,
                1 << 20);
        assertThat(fetch(server.url("/x")).pin().sha256()).isEqualTo(DIGEST);
        assertThat(asked).hasValue(2);
    }

    @Test
    void refusesABodyThatEndsTooEarly() throws Exception {
        server.handle("/x", exchange -> {
            exchange.sendResponseHeaders(200, CONTENT.length);
            exchange.getResponseBody().write(CONTENT, 0, 100);
            exchange.getResponseBody().flush();
            throw new java.io.IOException("the server dies");
        });
        assertThat(failure(server.url("/x"))).hasMessageContaining("of " + CONTENT.length);
    }

    @Test
    void givesUpOnAServerThatStopsSending() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        server.handle("/x", exchange -> {
            exchange.sendResponseHeaders(200, CONTENT.length);
            exchange.getResponseBody().write(CONTENT, 0, 100);
            exchange.getResponseBody().flush();
            awaitQuietly(over);
        });
        assertThat(failure(server.url("/x"))).hasMessageContaining("sent nothing for");
        over.countDown();
    }

    @Test
    void givesUpOnAServerThatNeverAnswers() throws Exception {
        try (ServerSocket silent = new ServerSocket(0)) {
            network = new NetworkSettings(
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    network.tls(),
                    Duration.ofMillis(500),
                    Duration.ofMillis(500),
                    1,
                    1 << 20);
            assertThat(failure("https://localhost:" + silent.getLocalPort() + "/x")
                            .kind())
                    .isEqualTo(Kind.FETCH_FAILED);
        }
    }

    @Test
    void refusesWhatIsTooLargeBeforeAndWhileReadingIt() throws Exception {
        byte[] large = new byte[(1 << 20) + 1];
        server.serve("/declared", large);
        server.handle("/chunked", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(large);
            exchange.close();
        });
        assertThat(failure(server.url("/declared"))).hasMessageContaining("larger than");
        assertThat(failure(server.url("/chunked"))).hasMessageContaining("larger than");
    }

    @Test
    void refusesACertificateThatNobodyTrusts() throws Exception {
        server.serve("/x", CONTENT);
        network = settings(Optional.empty());
        assertThat(failure(server.url("/x"))).hasMessageContaining("the secure connection to localhost");
    }

    @Test
    void saysThatAServerRefusesOrHasNoName() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0)) {
            port = closed.getLocalPort();
        }
        assertThat(failure("https://localhost:" + port + "/x")).hasMessageContaining("refuses connections");
        assertThat(failure("https://no-such-host.invalid/x")).hasMessageContaining("cannot be resolved");
    }

    @Test
    void stopsAtOnceWhenInterrupted() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        server.handle("/x", exchange -> {
            exchange.sendResponseHeaders(200, CONTENT.length);
            exchange.getResponseBody().write(CONTENT, 0, 100);
            exchange.getResponseBody().flush();
            cancellation.cancel();
            awaitQuietly(over);
        });
        assertThat(catchThrowable(() -> fetch(server.url("/x")))).isInstanceOf(CancellationException.class);
        over.countDown();
        assertThat(temporary()).isEmpty();
    }

    @Test
    void goesThroughTheProxyOfTheEnvironment() throws Exception {
        try (TestServer proxy = TestServer.plain()) {
            proxy.serve("/", CONTENT);
            network = NetworkSettings.fromEnvironment(Map.of("http_proxy", proxy.url("/")));
            assertThat(fetch("http://behind.invalid/x.tar", DIGEST).pin().sha256())
                    .isEqualTo(DIGEST);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://x/a/hello-2.10.tar.gz?mirror=1,hello-2.10.tar.gz",
        "https://x/,source",
        "https://x,source",
        "https://x/a/..,source",
        "https://x/a%2Fb,source",
        "https://x/a%00b,source",
        "https://x/c++-1.tar,c++-1.tar",
        "https://x/a%20b.zip,a b.zip"
    })
    void namesTheFileAfterItsUrl(String url, String name) {
        assertThat(UrlFetcher.fileName(URI.create(url))).isEqualTo(name);
    }
}
