package org.sourceos.config.options;

import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.sourceos.config.ConfigException;

/** The catalogue of packages as a configuration sees it: a closed set of names. */
public interface PackageDeclarations {
    /** A catalogue with nothing in it. */
    PackageDeclarations NONE = of(new TreeMap<>());

    SortedSet<String> names();

    /**
     * What is declared under one of the {@link #names}.
     *
     * @throws ConfigException where the text that declares it has mistakes
     */
    PackageDeclaration find(String name) throws ConfigException;

    /**
     * A package that configurations can name.
     *
     * @param options what {@code override} may set
     * @param hasRecipe whether it can be built
     */
    record PackageDeclaration(
            String name, Optional<String> description, SortedMap<String, Option> options, boolean hasRecipe) {
        public PackageDeclaration {
            options = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(options));
        }
    }

    static PackageDeclarations of(SortedMap<String, PackageDeclaration> declarations) {
        return new PackageDeclarations() {
            @Override
            public SortedSet<String> names() {
                return new java.util.TreeSet<>(declarations.keySet());
            }

            @Override
            public PackageDeclaration find(String name) {
                PackageDeclaration found = declarations.get(name);
                if (found == null) {
                    throw new IllegalArgumentException("not in the catalogue: " + name);
                }
                return found;
            }
        };
    }
}
