package org.sourceos.rebuild;

import java.util.List;
import java.util.Optional;
import org.sourceos.config.recipe.PackageSpec;
import org.sourceos.rebuild.build.Executor.Prints;
import org.sourceos.rebuild.plan.PlannedStep;
import org.sourceos.rebuild.plan.Resolution;
import org.sourceos.rebuild.plan.ResolvedPackage;

/** What is known before of the output of builds; of other steps nothing is, and they say themselves how far they are. */
final class StepPrints {
    private StepPrints() {}

    static Optional<Prints> of(PlannedStep step) {
        if (step instanceof PlannedStep.BuildPackage build) {
            return Optional.of(prints(build.of(), "build " + build.of().name()));
        }
        if (step instanceof PlannedStep.BuildKernel kernel) {
            return Optional.of(kernel(kernel.resolution(), ""));
        }
        return Optional.empty();
    }

    /** Of a second build, which is much like the first. */
    static Optional<Prints> again(ResolvedPackage of) {
        return Optional.of(prints(of, "check " + of.name(), "build " + of.name()));
    }

    static Optional<Prints> kernelAgain(Resolution resolution) {
        return Optional.of(kernel(resolution, "check " + resolution.kernel().name() + features(resolution)));
    }

    /** @param first what the step is called beside; empty if nothing */
    private static Prints kernel(Resolution resolution, String first) {
        // A kernel with more features is more work; where none such was built, any kernel tells more than none.
        String any = "kernel " + resolution.kernel().name();
        String such = any + features(resolution);
        ResolvedPackage of = resolution.kernel();
        return first.isEmpty() ? prints(of, such, any) : prints(of, first, such, any);
    }

    private static String features(Resolution resolution) {
        return resolution.kernelFeatures().isEmpty() ? "" : " " + String.join(" ", resolution.kernelFeatures());
    }

    private static Prints prints(ResolvedPackage of, String... like) {
        PackageSpec.Output output = of.spec().build().output();
        return new Prints(List.of(like), output.lines(), output.prefix());
    }
}
