package org.sourceos.rebuild.plan;

import java.util.List;
import java.util.Optional;
import org.sourceos.config.base.BaseSpec;

/** One step of a {@link BuildPlan}. */
public sealed interface PlannedStep {
    /** Whether there is anything to do. */
    enum State {
        /** Its result is in the store. */
        REUSED,
        TO_DO
    }

    /** Unique in its plan, for people: {@code fetch hello}, {@code build jq}. */
    String id();

    State state();

    /** Ids of the steps of the same plan that come before. */
    List<String> needs();

    /** The key of what it makes; empty for what is pinned instead, and while an input of the key is not pinned yet. */
    default Optional<BuildKey> key() {
        return Optional.empty();
    }

    /** @param pinned whether the lock says what it must be */
    record FetchSource(String id, ResolvedPackage of, boolean pinned, State state) implements PlannedStep {
        @Override
        public List<String> needs() {
            return List.of();
        }
    }

    record MakeBase(String id, BaseSpec base, boolean pinned, State state) implements PlannedStep {
        @Override
        public List<String> needs() {
            return List.of();
        }
    }

    record FetchDebs(String id, BaseSpec base, List<String> packages, boolean pinned, State state, List<String> needs)
            implements PlannedStep {}

    record BuildPackage(
            String id,
            ResolvedPackage of,
            Resolution resolution,
            Optional<BuildKey> key,
            String version,
            State state,
            List<String> needs)
            implements PlannedStep {}

    record BuildKernel(
            String id, Resolution resolution, Optional<BuildKey> key, String version, State state, List<String> needs)
            implements PlannedStep {}

    record AssembleImage(
            String id, Resolution resolution, Optional<BuildKey> key, String version, State state, List<String> needs)
            implements PlannedStep {}
}
