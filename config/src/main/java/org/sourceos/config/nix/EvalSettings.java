package org.sourceos.config.nix;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How texts are evaluated.
 *
 * @param dialect whether SourceOS's additions are on: commas in lists, keywords as attribute names after a dot
 * @param maxCallDepth calls within calls before the evaluation ends in an error
 * @param maxSteps calls, elements and the like before it ends in an error
 * @param maxAllocation bytes of strings, lists and sets, all together, before it ends in an error
 * @param searchPath what {@code <name>} is looked up in, in order
 * @param environment what {@code builtins.getEnv} sees; empty for a pure evaluation
 * @param homeDirectory what {@code ~/} means
 * @param system {@code builtins.currentSystem}
 * @param currentTime {@code builtins.currentTime}, seconds since 1970; empty for a pure evaluation, which then has none
 * @param trace receives what {@code builtins.trace} and warnings say, a line each
 */
public record EvalSettings(
        boolean dialect,
        int maxCallDepth,
        long maxSteps,
        long maxAllocation,
        List<SearchPathEntry> searchPath,
        Map<String, String> environment,
        Optional<String> homeDirectory,
        Optional<String> system,
        Optional<Long> currentTime,
        Consumer<String> trace) {

    /** {@code prefix=path}; an empty prefix stands for every name in the path. */
    public record SearchPathEntry(String prefix, String path) {}

    public EvalSettings {
        searchPath = List.copyOf(searchPath);
        environment = Map.copyOf(environment);
    }

    /** Nix as it is written everywhere, with Nix's own limit of calls and no others; sees nothing of the machine. */
    public static EvalSettings standard() {
        return new EvalSettings(
                false,
                10_000,
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                List.of(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                line -> {});
    }

    /** As {@link #standard}, with SourceOS's additions. */
    public static EvalSettings sourceos() {
        return standard().withDialect(true);
    }

    public EvalSettings withDialect(boolean on) {
        return new EvalSettings(
                on,
                maxCallDepth,
                maxSteps,
                maxAllocation,
                searchPath,
                environment,
                homeDirectory,
                system,
                currentTime,
                trace);
    }

    public EvalSettings withLimits(int callDepth, long steps, long allocation) {
        return new EvalSettings(
                dialect,
                callDepth,
                steps,
                allocation,
                searchPath,
                environment,
                homeDirectory,
                system,
                currentTime,
                trace);
    }

    public EvalSettings withSearchPath(List<SearchPathEntry> entries) {
        return new EvalSettings(
                dialect,
                maxCallDepth,
                maxSteps,
                maxAllocation,
                entries,
                environment,
                homeDirectory,
                system,
                currentTime,
                trace);
    }

    /** Lets the evaluation see the machine: its environment, home directory, system and clock. */
    public EvalSettings withMachine(
            Map<String, String> variables, Optional<String> home, String systemName, Optional<Long> seconds) {
        return new EvalSettings(
                dialect,
                maxCallDepth,
                maxSteps,
                maxAllocation,
                searchPath,
                variables,
                home,
                Optional.of(systemName),
                seconds,
                trace);
    }

    public EvalSettings withTrace(Consumer<String> sink) {
        return new EvalSettings(
                dialect,
                maxCallDepth,
                maxSteps,
                maxAllocation,
                searchPath,
                environment,
                homeDirectory,
                system,
                currentTime,
                sink);
    }
}
