package org.sourceos.rebuild;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Why something could not be fetched or built. The message is complete: what, which, why, what to do next. */
public final class RebuildException extends Exception {
    private static final long serialVersionUID = 1;

    /** What kind of failure it is; {@code cli} gives each its exit code. */
    public enum Kind {
        /** A name, a version or a feature that does not exist or does not fit; a missing tool. */
        UNUSABLE,
        /** A source or package could not be fetched. */
        FETCH_FAILED,
        /** The same, because its server says that it does not have it (any more). */
        GONE,
        /** What was fetched is not what was pinned. */
        HASH_MISMATCH,
        BUILD_FAILED,
        TIMED_OUT,
        /** Two builds of one key gave different trees. */
        NOT_REPRODUCIBLE,
        /** Disk full, read-only store, permissions. */
        STORE,
        /** What was switched to did not come up; what counted before counts again. */
        REVERTED,
        /** The same, and what counted before did not come up either. */
        REVERT_FAILED
    }

    private final Kind kind;
    private final Optional<Path> log;

    @SuppressWarnings("serial") // as any list here it is never written
    private final List<StepFailures.Failure> failures;

    public RebuildException(Kind kind, String message) {
        this(kind, message, Optional.empty(), null);
    }

    public RebuildException(Kind kind, String message, Throwable cause) {
        this(kind, message, Optional.empty(), cause);
    }

    public RebuildException(
            Kind kind, String message, Optional<Path> log, @org.jspecify.annotations.Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.log = log;
        this.failures = List.of();
    }

    RebuildException(String message, List<StepFailures.Failure> failures) {
        super(message, failures.get(0).why());
        this.kind = Kind.BUILD_FAILED;
        this.log = Optional.empty();
        this.failures = List.copyOf(failures);
    }

    /** Everything that failed, where a build kept going; empty for one failure. */
    public List<StepFailures.Failure> failures() {
        return failures;
    }

    public Kind kind() {
        return kind;
    }

    /** The log of the step that failed, where it has one. */
    public Optional<Path> log() {
        return log;
    }
}
