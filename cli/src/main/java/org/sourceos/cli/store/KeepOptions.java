package org.sourceos.cli.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Places;
import org.sourceos.cli.UsageException;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.collect.KeepRules;
import org.sourceos.gitstore.generation.Generations;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.system.Profile;
import org.sourceos.rebuild.system.Switcher;
import picocli.CommandLine.Option;

/** What a collection leaves alone, as it is said on the command line and stands in the machine's state. */
final class KeepOptions {
    private static final Pattern SHA256 = Pattern.compile("\\b[0-9a-f]{64}\\b");
    private static final Pattern TIME = Pattern.compile("(\\d{1,6})([smhdw])");
    private static final String LOCK = "sourceos.lock";

    @Option(
            names = "--keep",
            paramLabel = "N",
            description = "keep the N newest generations of the system, besides the one that counts (default: 5)")
    private int keep = KeepRules.GENERATIONS;

    @Option(
            names = "--keep-since",
            paramLabel = "TIME",
            description = "keep what was made or used within this time: 14d, 12h, 3w (default: 14d)")
    private String since = "14d";

    /** What can be said without looking into the store. */
    void check() throws UsageException {
        if (keep < 1) {
            throw new UsageException("--keep must be at least 1, not " + keep);
        }
        time("--keep-since", since);
    }

    KeepRules rules(CommandContext context, Places places, BuildCache cache)
            throws UsageException, RebuildException, IOException {
        check();
        Profile profile = new Profile(places.state(), context.library().resolve("sourceos"));
        Switcher switcher = new Switcher(new Generations(cache), profile, places.state(), context.clock());
        return new KeepRules(
                keep,
                time("--keep-since", since),
                switcher.needed(),
                pinned(places),
                context.clock().instant());
    }

    static Duration time(String option, String text) throws UsageException {
        Matcher matcher = TIME.matcher(text);
        if (!matcher.matches()) {
            throw new UsageException(option + " " + text + ": write a number with s, m, h, d or w, for instance 14d");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case "w" -> Duration.ofDays(7 * number);
            default -> Duration.ofDays(number);
        };
    }

    /** The digests in the lock of the configuration and in that of this machine. */
    private static Set<String> pinned(Places places) throws IOException {
        Set<String> pinned = new HashSet<>();
        for (Path file : List.of(places.config().resolve(LOCK), places.state().resolve(LOCK))) {
            try {
                Matcher matcher = SHA256.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
                while (matcher.find()) {
                    pinned.add(matcher.group());
                }
            } catch (NoSuchFileException e) {
                // Nothing is pinned there.
            }
        }
        return pinned;
    }
}
