package org.sourceos.rebuild.image;

import java.util.List;
import java.util.Set;
import org.sourceos.config.recipe.PackageSpec.RuntimeSpec;

/**
 * What a recipe says about its run time that the closure cannot find out; see {@link RuntimeSpec}.
 *
 * @param whole layers of which all is taken: those of packages that somebody named in a setting
 */
record RuntimeNeeds(
        String name,
        List<String> include,
        List<String> exclude,
        List<String> locales,
        List<String> terminfo,
        boolean certificates,
        Set<String> whole) {
    static RuntimeNeeds of(String name, RuntimeSpec runtime, Set<String> whole) {
        return new RuntimeNeeds(
                name,
                runtime.include(),
                runtime.exclude(),
                runtime.locales(),
                runtime.terminfo(),
                runtime.certificates(),
                whole);
    }
}
