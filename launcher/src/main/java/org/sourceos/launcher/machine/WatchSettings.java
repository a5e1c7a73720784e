package org.sourceos.launcher.machine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.sourceos.launcher.LaunchContext;
import org.sourceos.launcher.limit.LimitHost;
import org.sourceos.launcher.secret.AgeIdentity;

/**
 * With what machines are started and watched over.
 *
 * @param runtime sockets and records; a short path, for sockets have at most 107 bytes
 * @param state logs
 * @param identity reads secrets that are encrypted
 * @param firstPause before the first restart; each further one waits twice as long, up to a minute
 * @param logLimit of each machine's log, in bytes
 * @param limits how the host limits machines
 * @param warnings what nobody asked about but somebody should know
 */
public record WatchSettings(
        Path runtime,
        Path state,
        LaunchContext launch,
        AgeIdentity identity,
        Duration firstPause,
        long logLimit,
        Consumer<String> warnings,
        LimitHost limits) {
    public static final Duration DEFAULT_FIRST_PAUSE = Duration.ofSeconds(1);
    public static final long DEFAULT_LOG_LIMIT = 8L << 20;

    /** Limited as this host can. */
    public WatchSettings(
            Path runtime,
            Path state,
            LaunchContext launch,
            AgeIdentity identity,
            Duration firstPause,
            long logLimit,
            Consumer<String> warnings) {
        this(
                runtime,
                state,
                launch,
                identity,
                firstPause,
                logLimit,
                warnings,
                LimitHost.ofHost(launch.processes(), warnings));
    }

    public static WatchSettings of(
            Path runtime, Path state, LaunchContext launch, AgeIdentity identity, Consumer<String> warnings) {
        return new WatchSettings(runtime, state, launch, identity, DEFAULT_FIRST_PAUSE, DEFAULT_LOG_LIMIT, warnings);
    }
}
