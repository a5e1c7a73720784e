package org.sourceos.rebuild.plan;

import java.nio.file.Path;
import org.sourceos.config.recipe.PackageSpec;

/** A recipe and the folder it was found in, which its patches and {@code path:} source are relative to. */
public record Recipe(PackageSpec spec, Path folder) {
    public String name() {
        return spec.name();
    }
}
