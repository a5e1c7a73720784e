package org.sourceos.rebuild.build;

import java.io.IOException;
import org.sourceos.host.Cancellation;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.sandbox.Workspace;

/** How one kind of recipe is built: fills a workspace's {@code out} from its unpacked and patched source. */
public interface StepBuilder {
    /** @return as {@link BuildResult#release} */
    String build(BuildInputs inputs, Workspace workspace, Cancellation cancellation)
            throws RebuildException, IOException;
}
