package org.sourceos.rebuild.base;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.config.base.BaseSpec;
import org.sourceos.config.lock.LockFile;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.host.Cancellation;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.RecordingListener;
import org.sourceos.rebuild.apt.AptHost;
import org.sourceos.rebuild.apt.AptState;

/** Makes real bases from this machine's Debian sources; needs the network (or a mirror) and mmdebstrap. */
@Tag("slow")
class DebianBaseProviderTest {
    @TempDir
    Path folder;

    private final Cancellation cancellation = new Cancellation();
    private final RecordingListener listener = new RecordingListener();
    private BuildCache cache;

    @BeforeEach
    void openStore() throws Exception {
        cache = BuildCache.open(folder.resolve("store"), cancellation);
    }

    @AfterEach
    void closeStore() {
        cache.close();
    }

    private DebianBaseProvider provider() {
        ProcessRunner runner = new ProcessRunner();
        AptState apt = AptState.ofAllSources(
                folder.resolve("apt/sources"), AptHost.ofThisMachine(), runner, Clock.systemUTC());
        return new DebianBaseProvider(cache, apt, folder.resolve("apt"), runner, Clock.systemUTC());
    }

    private BaseSpec spec(String... packages) throws Exception {
        String release = Files.readString(Path.of("/etc/os-release"));
        String suite = release.replaceFirst("(?s).*VERSION_CODENAME=(\\w+).*", "$1");
        return new BaseSpec("small", suite, List.of(packages));
    }

    private Base make(BaseSpec spec, Optional<LockFile.BasePin> pin) throws RebuildException {
        return provider().obtain(spec, pin, listener, "base small", cancellation);
    }

    private static LockFile lock(BaseProvider.DebLayer layer) {
        return new LockFile(new TreeMap<>(), new TreeMap<>(), layer.pins());
    }

    @Test
    void makesABaseAddsPackagesToItAndMakesTheSameAgain() throws Exception {
        BaseSpec spec = spec("make", "file");
        Base first = make(spec, Optional.empty());
        assertThat(first.pin().packages()).anyMatch(p -> p.startsWith("make=")).anyMatch(p -> p.startsWith("libc6="));
        assertThat(provider().stored(spec, first.pin())).contains(first);

        // Neither the machine nor the moment may show in it.
        List<String> paths = new ArrayList<>();
        cache.files(first.layer()).visit(entry -> {
            paths.add(entry.path().toString());
            assertThat(entry.kind()).isNotInstanceOf(FileKind.Device.class);
        });
        assertThat(paths)
                .contains("usr/bin/make", "var/lib/dpkg/status", "etc/apt", "usr/lib/locale/C.utf8/LC_CTYPE")
                .doesNotContain("etc/hostname", "etc/resolv.conf", "etc/machine-id")
                .noneMatch(
                        p -> p.matches("(etc/apt|var/log|var/cache|var/lib/apt|dev|usr/share/doc|usr/share/man)/.*"));

        addsPackages(first, spec);
        makesTheSameAgainAndRefusesIt(spec, first);
    }

    private void addsPackages(Base base, BaseSpec spec) throws Exception {
        BaseProvider.DebLayer debs =
                provider().debs(base, spec, List.of("flex", "make"), empty(), listener, "debs", cancellation);
        assertThat(debs.pins()).containsKeys("small:flex", "small:m4").doesNotContainKey("small:make");
        assertThat(requireNonNull(debs.pins().get("small:flex")).requires()).contains("small:m4");
        assertThat(cache.read(debs.layer().tree(), "root/usr/bin/flex")).isPresent();
        assertThat(cache.read(debs.layer().tree(), "root/var/lib/dpkg/info/flex.list"))
                .isEmpty();
        assertThat(provider().storedDebs(base, List.of("flex", "make"), lock(debs)))
                .contains(debs);
        assertThat(provider().storedDebs(base, List.of("flex", "bison"), lock(debs)))
                .isEmpty();

        BaseProvider.DebLayer more =
                provider().debs(base, spec, List.of("bison", "flex"), lock(debs), listener, "debs", cancellation);
        assertThat(more.pins()).containsKeys("small:flex", "small:m4", "small:bison");
        assertThat(more.pins().get("small:m4")).isEqualTo(debs.pins().get("small:m4"));

        LockFile.DebPin m4 = requireNonNull(debs.pins().get("small:m4"));
        var changed = new TreeMap<>(debs.pins());
        changed.put("small:m4", new LockFile.DebPin(m4.version(), "0".repeat(64), m4.requires()));
        RebuildException failure = catchThrowableOfType(
                RebuildException.class,
                () -> provider()
                        .debs(
                                base,
                                spec,
                                List.of("flex"),
                                new LockFile(new TreeMap<>(), new TreeMap<>(), changed),
                                listener,
                                "debs",
                                cancellation));
        assertThat(failure.kind()).isEqualTo(RebuildException.Kind.HASH_MISMATCH);
        RebuildException unknown = catchThrowableOfType(
                RebuildException.class,
                () -> provider().debs(base, spec, List.of("no-such-package"), empty(), listener, "debs", cancellation));
        assertThat(unknown.kind()).isEqualTo(RebuildException.Kind.UNUSABLE);
    }

    /** A wrong pin lets the second making show both: what it made, and that it is refused. */
    private void makesTheSameAgainAndRefusesIt(BaseSpec spec, Base base) throws Exception {
        List<String> packages = new ArrayList<>(base.pin().packages());
        packages.replaceAll(p -> p.startsWith("make=") ? "make=0.1" : p);
        LockFile.BasePin other = new LockFile.BasePin("0".repeat(64), packages);
        int before = cache.list(StoreRef.Namespace.LAYERS).size();
        RebuildException failure = catchThrowableOfType(RebuildException.class, () -> make(spec, Optional.of(other)));
        assertThat(failure.kind()).isEqualTo(RebuildException.Kind.HASH_MISMATCH);
        assertThat(failure)
                .hasMessageContaining("made   SHA-256 " + base.pin().sha256())
                .hasMessageContaining("make 0.1 → ")
                .hasMessageContaining("sourceos lock --update small");
        assertThat(cache.list(StoreRef.Namespace.LAYERS)).hasSize(before);
    }

    private static LockFile empty() {
        return new LockFile(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    }

    @Test
    void namesTheSuitesThatThisMachineHasWhenItLacksTheBases() {
        RebuildException failure = catchThrowableOfType(
                RebuildException.class, () -> make(new BaseSpec("old", "potato", List.of("gcc")), Optional.empty()));
        assertThat(failure.kind()).isEqualTo(RebuildException.Kind.UNUSABLE);
        assertThat(failure).hasMessageContaining("potato").hasMessageContaining("they offer ");
    }

    @Test
    void makesTheShippedBaseOfThisRelease() throws Exception {
        String suite = spec().suite();
        String name = suite.equals("trixie") ? "debian-13" : "debian-12";
        Path file = Path.of("../templates/bases/" + name + "/base.toml");
        BaseSpec spec = BaseSpec.parse(file.toString(), Files.readString(file, StandardCharsets.UTF_8));
        Base base = make(spec, Optional.empty());
        for (String path : List.of(
                "usr/bin/gcc",
                "usr/bin/g++",
                "usr/bin/make",
                "usr/bin/patch",
                "usr/bin/dpkg-source",
                "usr/lib/x86_64-linux-gnu/libc.a",
                "etc/ssl/certs/ca-certificates.crt")) {
            assertThat(cache.read(base.layer().tree(), "root/" + path)).as(path).isPresent();
        }
        assertThat(base.layer().bytes()).isLessThan(450L << 20);
    }
}
