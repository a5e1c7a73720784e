package org.sourceos.rebuild.source;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.config.diagnostic.Position;
import org.sourceos.config.lock.LockFile.SourcePin;
import org.sourceos.config.recipe.PackageSpec.SourceLocation;
import org.sourceos.config.recipe.PackageSpec.SourceSpec;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.host.Cancellation;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.RecordingListener;
import org.sourceos.rebuild.apt.AptHost;
import org.sourceos.rebuild.apt.AptState;

/** What the tests of all kinds of sources have in common: a real store in a fresh folder. */
abstract class FetchingTest {
    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-01T00:00:00Z"), ZoneOffset.UTC);

    @TempDir
    Path folder;

    final RecordingListener listener = new RecordingListener();
    final Cancellation cancellation = new Cancellation();
    BuildCache cache;
    AptHost host = AptHost.ofThisMachine();
    NetworkSettings network = settings(Optional.empty());

    @BeforeEach
    void openStore() throws Exception {
        cache = BuildCache.open(folder.resolve("store"), cancellation);
    }

    @AfterEach
    void closeStore() {
        cache.close();
    }

    static NetworkSettings settings(Optional<SSLContext> tls) {
        return new NetworkSettings(
                Optional.empty(),
                Optional.empty(),
                List.of(),
                tls,
                Duration.ofSeconds(5),
                Duration.ofMillis(700),
                1,
                1 << 20);
    }

    SourceFetchers fetchers() {
        ProcessRunner runner = new ProcessRunner();
        AptState apt = AptState.ofAllSources(folder.resolve("apt"), host, runner, CLOCK);
        return new SourceFetchers(cache, apt, network, Map.of(), runner, CLOCK);
    }

    static SourceSpec spec(SourceLocation location, String... sha256) {
        return new SourceSpec(
                location,
                sha256.length == 0 ? Optional.empty() : Optional.of(sha256[0]),
                new Position("x.source.toml", 4, 1));
    }

    FetchedSource fetch(SourceSpec spec, Optional<SourcePin> pin) throws RebuildException {
        return fetchers().fetch(spec, folder, pin, listener, "fetch x", cancellation);
    }

    List<String> names(FetchedSource source) throws Exception {
        List<String> names = new ArrayList<>();
        cache.files(source.files()).visit(entry -> {
            if (!(entry.kind() instanceof FileKind.Directory)) {
                names.add(entry.path().toString());
            }
        });
        names.sort(null);
        return names;
    }

    int storedSources() throws Exception {
        return cache.list(StoreRef.Namespace.SOURCES).size();
    }
}
