package org.sourceos.rebuild.base;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sourceos.config.base.BaseSpec;
import org.sourceos.config.debian.SourceEntry;
import org.sourceos.host.Cancellation;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.progress.StepListener;

/** Has {@link Mmdebstrap} make a Debian root as a tar archive: the essential packages and the base's own. */
final class BaseMaker {
    private final Mmdebstrap mmdebstrap;

    BaseMaker(ProcessRunner runner) {
        this.mmdebstrap = new Mmdebstrap(runner);
    }

    /**
     * @param settings apt's settings for reaching the sources, as lines of {@code apt.conf(5)}
     * @param folder the caller's own, for the archive and what is needed on the way
     */
    Path make(
            BaseSpec spec,
            List<SourceEntry> sources,
            List<String> settings,
            Path folder,
            StepListener listener,
            String step,
            Cancellation cancellation)
            throws RebuildException, IOException {
        Path archive = folder.resolve("base.tar");
        List<String> arguments = new ArrayList<>(List.of(
                "--variant=essential",
                "--format=tar",
                "--skip=output/dev,output/mknod",
                "--include=" + String.join(",", spec.packages()),
                "--aptopt=APT::Install-Recommends \"false\"",
                "--aptopt=Acquire::Languages \"none\""));
        DebianPaths.dpkgExcludes().forEach(exclude -> arguments.add("--dpkgopt=" + exclude));
        mmdebstrap.run(
                "cannot make the base " + spec.name(),
                new Mmdebstrap.Request(arguments, spec.suite(), sources, settings, archive),
                folder,
                line -> listener.output(step, line),
                cancellation);
        return archive;
    }
}
