package org.sourceos.rebuild.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Steps in an order in which they can be done, each once, each after those it needs. */
public record BuildPlan(List<PlannedStep> steps) {
    public BuildPlan {
        steps = List.copyOf(steps);
    }

    /** What is not in the store yet. */
    public List<PlannedStep> toDo() {
        return steps.stream()
                .filter(step -> step.state() == PlannedStep.State.TO_DO)
                .toList();
    }

    /** Steps that must say what their result is before the keys of others are known. */
    public List<PlannedStep> toPin() {
        return steps.stream().filter(BuildPlan::isUnpinned).toList();
    }

    private static boolean isUnpinned(PlannedStep step) {
        return (step instanceof PlannedStep.FetchSource fetch && !fetch.pinned())
                || (step instanceof PlannedStep.MakeBase base && !base.pinned())
                || (step instanceof PlannedStep.FetchDebs debs && !debs.pinned());
    }

    /** The image of a program. */
    public Optional<PlannedStep.AssembleImage> image(String name) {
        return steps.stream()
                .filter(PlannedStep.AssembleImage.class::isInstance)
                .map(PlannedStep.AssembleImage.class::cast)
                .filter(step -> step.resolution().root().equals(name))
                .findFirst();
    }

    /** Both plans' steps, those they share once. */
    BuildPlan and(BuildPlan other) {
        Map<String, PlannedStep> all = new LinkedHashMap<>();
        steps.forEach(step -> all.put(step.id(), step));
        other.steps.forEach(step -> all.putIfAbsent(step.id(), step));
        return new BuildPlan(List.copyOf(all.values()));
    }
}
