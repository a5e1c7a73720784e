package org.sourceos.rebuild.image;

import java.util.List;
import org.sourceos.config.recipe.PackageSpec.RuntimeSpec;

/** What a recipe says about its run time that the closure cannot find out; see {@link RuntimeSpec}. */
record RuntimeNeeds(
        String name,
        List<String> include,
        List<String> exclude,
        List<String> locales,
        List<String> terminfo,
        boolean certificates) {
    static RuntimeNeeds of(String name, RuntimeSpec runtime) {
        return new RuntimeNeeds(
                name,
                runtime.include(),
                runtime.exclude(),
                runtime.locales(),
                runtime.terminfo(),
                runtime.certificates());
    }
}
