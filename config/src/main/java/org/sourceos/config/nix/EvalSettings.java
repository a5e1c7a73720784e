package org.sourceos.config.nix;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How texts are evaluated.
 *
 * @param dialect whether SourceOS's additions are on: commas in lists, keywords as attribute names after a dot
 * @param limits what an evaluation may use
 * @param searchPath what {@code <name>} is looked up in, in order
 * @param machine what an evaluation sees of the machine
 * @param trace receives what {@code builtins.trace} and warnings say, a line each
 * @param habits what Nix lets its own command line decide
 */
public record EvalSettings(
        boolean dialect,
        Limits limits,
        List<SearchPathEntry> searchPath,
        Machine machine,
        Consumer<String> trace,
        Habits habits) {

    /**
     * What an evaluation may use before it ends in an error.
     *
     * @param callDepth calls within calls
     * @param steps calls, elements and the like
     * @param allocation bytes of strings, lists and sets, all together
     */
    public record Limits(int callDepth, long steps, long allocation) {
        /** Nix's own: of calls, and no others. */
        static final Limits USUAL = new Limits(10_000, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    /**
     * What an evaluation sees of the machine.
     *
     * @param environment for {@code builtins.getEnv}; empty for a pure evaluation
     * @param homeDirectory what {@code ~/} means
     * @param system {@code builtins.currentSystem}
     * @param currentTime {@code builtins.currentTime}, seconds since 1970; empty for a pure evaluation, which then has none
     */
    public record Machine(
            Map<String, String> environment,
            Optional<String> homeDirectory,
            Optional<String> system,
            Optional<Long> currentTime) {
        static final Machine NOTHING = new Machine(Map.of(), Optional.empty(), Optional.empty(), Optional.empty());

        public Machine {
            environment = Map.copyOf(environment);
        }
    }

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
    }

    /** Nix as it is written everywhere, with Nix's own limit of calls and no others; sees nothing of the machine. */
    public static EvalSettings standard() {
        return new EvalSettings(false, Limits.USUAL, List.of(), Machine.NOTHING, line -> {}, Habits.USUAL);
    }

    /** As {@link #standard}, with SourceOS's additions. */
    public static EvalSettings sourceos() {
        return standard().withDialect(true);
    }

    public EvalSettings withDialect(boolean on) {
        return new EvalSettings(on, limits, searchPath, machine, trace, habits);
    }

    public EvalSettings withLimits(int callDepth, long steps, long allocation) {
        Limits others = new Limits(callDepth, steps, allocation);
        return new EvalSettings(dialect, others, searchPath, machine, trace, habits);
    }

    public EvalSettings withSearchPath(List<SearchPathEntry> entries) {
        return new EvalSettings(dialect, limits, entries, machine, trace, habits);
    }

    /** Lets the evaluation see the machine: its environment, home directory, system and clock. */
    public EvalSettings withMachine(
            Map<String, String> variables, Optional<String> home, String systemName, Optional<Long> seconds) {
        Machine seen = new Machine(variables, home, Optional.of(systemName), seconds);
        return new EvalSettings(dialect, limits, searchPath, seen, trace, habits);
    }

    /** Lets {@code ~/} mean something, and the evaluation see nothing else of the machine. */
    public EvalSettings withHome(Optional<String> home) {
        Machine seen = new Machine(Map.of(), home, Optional.empty(), Optional.empty());
        return new EvalSettings(dialect, limits, searchPath, seen, trace, habits);
    }

    public EvalSettings withTrace(Consumer<String> sink) {
        return new EvalSettings(dialect, limits, searchPath, machine, sink, habits);
    }

    public EvalSettings withHabits(Habits others) {
        return new EvalSettings(dialect, limits, searchPath, machine, trace, others);
    }

    public int maxCallDepth() {
        return limits.callDepth();
    }

    public long maxSteps() {
        return limits.steps();
    }

    public long maxAllocation() {
        return limits.allocation();
    }
}
