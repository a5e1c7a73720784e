package org.sourceos.rebuild;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.sourceos.config.lock.LockFile;
import org.sourceos.config.recipe.PackageSpec.SourceLocation;
import org.sourceos.host.Cancellation;
import org.sourceos.rebuild.build.Executor;
import org.sourceos.rebuild.plan.BuildPlan;
import org.sourceos.rebuild.plan.LockStore;
import org.sourceos.rebuild.plan.PlannedStep;
import org.sourceos.rebuild.plan.Planner;
import org.sourceos.rebuild.plan.Request;
import org.sourceos.rebuild.progress.StepListener;

/**
 * Makes the lock say what everything means that a plan names. A pass pins all that it can; packages of a base that is new can
 * be pinned only when it is there, and a source whose version is known only now may show that a dependency does not fit.
 */
final class Pinning {
    private final Planner planner;
    private final LockStore locks;
    private final StepWork work;
    private final Executor executor;
    private final boolean offline;

    Pinning(Planner planner, LockStore locks, StepWork work, Executor executor, boolean offline) {
        this.planner = planner;
        this.locks = locks;
        this.work = work;
        this.executor = executor;
        this.offline = offline;
    }

    /** What is to be done by what a lock says. */
    @FunctionalInterface
    interface Planning {
        BuildPlan plan(LockFile lock) throws RebuildException;
    }

    /** A plan in which every name means something definite, by what the lock says. */
    record Pinned(LockFile lock, BuildPlan plan) {}

    Pinned all(Planning planning, StepListener listener, Cancellation cancellation) throws RebuildException {
        LockFile lock = locks.load();
        BuildPlan plan = planning.plan(lock);
        while (!plan.toPin().isEmpty()) {
            failWhenOffline(plan);
            BuildPlan known = plan;
            executor.run(steps(known), listener, cancellation);
            lock = locks.load();
            plan = planning.plan(lock);
            if (plan.toPin().size() >= known.toPin().size()) {
                throw new IllegalStateException("pinned nothing: " + plan.toPin());
            }
        }
        return new Pinned(lock, plan);
    }

    /** As {@link #all}, without the requests that cannot be planned or pinned; why not is added to {@code failures}. */
    Pinned whatCanBe(List<Request> requests, StepFailures failures, StepListener listener, Cancellation cancellation)
            throws RebuildException {
        LockFile lock = locks.load();
        List<Request> left = fit(requests, lock, Set.of(), failures);
        BuildPlan plan = planner.plan(left, lock);
        while (!plan.toPin().isEmpty()) {
            BuildPlan known = plan;
            Map<String, RebuildException> failed = executor.runAll(steps(known), listener, cancellation);
            failures.addAll(failed);
            lock = locks.load();
            left = fit(left, lock, failed.keySet(), failures);
            plan = planner.plan(left, lock);
            if (failed.isEmpty() && plan.toPin().size() >= known.toPin().size()) {
                throw new IllegalStateException("pinned nothing: " + plan.toPin());
            }
        }
        return new Pinned(lock, plan);
    }

    /** Those that can be planned and need nothing that failed. */
    private List<Request> fit(List<Request> requests, LockFile lock, Set<String> failed, StepFailures failures) {
        List<Request> fit = new ArrayList<>();
        for (Request request : requests) {
            try {
                BuildPlan own = planner.plan(List.of(request), lock);
                failWhenOffline(own);
                if (own.toPin().stream().noneMatch(step -> failed.contains(step.id()))) {
                    fit.add(request);
                }
            } catch (RebuildException e) {
                failures.add(request.name(), e);
            }
        }
        return fit;
    }

    void failWhenOffline(BuildPlan plan) throws RebuildException {
        if (!offline) {
            return;
        }
        List<String> wanted = new ArrayList<>();
        for (PlannedStep step : plan.toDo()) {
            if (step instanceof PlannedStep.FetchSource fetch
                    && fetch.of().spec().source().location() instanceof SourceLocation.LocalPath) {
                continue;
            }
            if (step instanceof PlannedStep.FetchSource
                    || step instanceof PlannedStep.MakeBase
                    || step instanceof PlannedStep.FetchDebs) {
                wanted.add(step.id());
            }
        }
        if (!wanted.isEmpty()) {
            throw new RebuildException(
                    RebuildException.Kind.FETCH_FAILED,
                    "not everything is in the store, and --offline forbids to fetch it: " + String.join(", ", wanted)
                            + "; run it once without --offline");
        }
    }

    /** The steps that make the lock say what {@code plan} does not know. */
    private List<Executor.Step> steps(BuildPlan plan) {
        Set<String> pins = plan.toPin().stream().map(PlannedStep::id).collect(Collectors.toSet());
        return plan.toPin().stream()
                .map(step -> new Executor.Step(
                        step.id(),
                        step.needs().stream().filter(pins::contains).collect(Collectors.toSet()),
                        (listener, cancellation) ->
                                work.fetch(step, new StepRun(locks.load(), step.id(), listener, cancellation))))
                .toList();
    }
}
