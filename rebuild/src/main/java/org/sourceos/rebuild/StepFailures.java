package org.sourceos.rebuild;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What failed of a build that kept going, in the order in which it did. Not for several threads. */
public final class StepFailures {
    private final List<Failure> failures = new ArrayList<>();

    /** @param step {@code build jq}, {@code fetch hello}, or the name of a program that could not be planned */
    public record Failure(String step, RebuildException why) {}

    void addAll(Map<String, RebuildException> failed) {
        failed.forEach(this::add);
    }

    void add(String step, RebuildException why) {
        failures.add(new Failure(step, why));
    }

    /** Those that an exception of {@link #throwIfAny} is about; any other is one by itself, under {@code otherwise}. */
    public void add(RebuildException failed, String otherwise) {
        if (failed.failures().isEmpty()) {
            add(otherwise, failed);
        } else {
            failures.addAll(failed.failures());
        }
    }

    /** @throws RebuildException BUILD_FAILED with all of them, each with its step, its reason and its log */
    public void throwIfAny() throws RebuildException {
        if (failures.isEmpty()) {
            return;
        }
        StringBuilder text =
                new StringBuilder(failures.size() == 1 ? "this failed" : "these " + failures.size() + " failed");
        text.append("; what does not need ")
                .append(failures.size() == 1 ? "it" : "them")
                .append(" is built and kept:");
        for (Failure failure : failures) {
            text.append("\n\n")
                    .append(failure.step())
                    .append(": ")
                    .append(failure.why().getMessage());
            failure.why()
                    .log()
                    .filter(log -> !String.valueOf(failure.why().getMessage()).contains(log.toString()))
                    .ifPresent(log -> text.append("\nits log is ").append(log));
        }
        throw new RebuildException(text.toString(), failures);
    }
}
