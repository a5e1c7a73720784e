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
 * @param habits what Nix lets its own command line decide
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
        Consumer<String> trace,
        Habits habits) {

    /**
     * {@code prefix=path}; an empty prefix stands for every name in the path. A relative path starts from
     * {@link Habits#directory}.
     */
    public record SearchPathEntry(String prefix, String path) {}

    /**
     * What Nix lets its own command line decide.
     *
     * @param directory what a relative path of the search path starts from; absolute
     * @param traceVerbose whether {@code builtins.traceVerbose} says anything
     * @param abortOnWarn whether {@code builtins.warn} ends the evaluation
     */
    public record Habits(String directory, boolean traceVerbose, boolean abortOnWarn) {
        static final Habits USUAL = new Habits("/", false, false);
    }

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
                line -> {},
                Habits.USUAL);
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
                trace,
                habits);
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
                trace,
                habits);
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
                trace,
                habits);
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
                trace,
                habits);
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
                sink,
                habits);
    }

    public EvalSettings withHabits(Habits others) {
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
                trace,
                others);
    }
}
