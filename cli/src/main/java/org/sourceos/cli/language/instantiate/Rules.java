package org.sourceos.cli.language.instantiate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.language.SearchPath;
import org.sourceos.cli.language.instantiate.CommandLineReader.UsageException;
import org.sourceos.config.nix.EvalSettings;
import org.sourceos.config.nix.EvalSettings.Habits;
import org.sourceos.config.nix.EvalSettings.SearchPathEntry;

/** How {@code nix-instantiate} evaluates: plain Nix that sees the machine, by the settings of its command line. */
final class Rules {
    private static final String SYSTEM = "x86_64-linux";
    private static final Set<String> TRUE = Set.of("1", "true", "yes");

    private Rules() {}

    static EvalSettings of(CommandContext context, Arguments arguments, NixSettings known) throws UsageException {
        for (String restriction : List.of("pure-eval", "restrict-eval")) {
            if (arguments.isOn(restriction)) {
                throw new UsageException("SourceOS does not restrict what an evaluation reads: do without --"
                        + restriction + ", or run it where there is nothing to hide");
            }
        }
        for (String name : arguments.settings().keySet()) {
            if (!known.has(name)) {
                context.err().println("warning: unknown setting '" + name + "'");
            }
        }
        boolean abortOnWarn = arguments.isOn("abort-on-warn")
                || TRUE.contains(context.environment().getOrDefault("NIX_ABORT_ON_WARN", ""));
        EvalSettings standard = EvalSettings.standard();
        return standard.withLimits(maxCallDepth(arguments, standard), Long.MAX_VALUE, Long.MAX_VALUE)
                .withSearchPath(searchPath(context, arguments))
                .withMachine(
                        context.environment(),
                        Optional.ofNullable(context.environment().get("HOME")),
                        arguments
                                .setting("eval-system")
                                .filter(system -> !system.isEmpty())
                                .or(() -> arguments.setting("system"))
                                .orElse(SYSTEM),
                        Optional.of(context.clock().instant().getEpochSecond()))
                .withHabits(new Habits(context.directory().toString(), arguments.isOn("trace-verbose"), abortOnWarn))
                .withTrace(line -> context.err().println(NixMessages.said(line)));
    }

    private static int maxCallDepth(Arguments arguments, EvalSettings standard) throws UsageException {
        Optional<String> text = arguments.setting("max-call-depth");
        try {
            return text.map(Integer::parseUnsignedInt).orElse(standard.maxCallDepth());
        } catch (NumberFormatException e) {
            throw new UsageException("setting 'max-call-depth' has invalid value '" + text.orElse("") + "'");
        }
    }

    /** {@code -I} before the setting, and that instead of {@code NIX_PATH}. */
    private static List<SearchPathEntry> searchPath(CommandContext context, Arguments arguments) {
        List<SearchPathEntry> entries = new ArrayList<>(arguments.searchPath());
        Optional<String> setting = arguments.setting("nix-path");
        if (setting.isPresent()) {
            words(setting.get()).map(SearchPath::entry).forEach(entries::add);
        } else {
            entries.addAll(SearchPath.ofEnvironment(context.environment()));
        }
        words(arguments.setting("extra-nix-path").orElse(""))
                .map(SearchPath::entry)
                .forEach(entries::add);
        return entries;
    }

    private static Stream<String> words(String list) {
        return list.lines().flatMap(line -> Arrays.stream(line.split(" "))).filter(word -> !word.isEmpty());
    }
}
