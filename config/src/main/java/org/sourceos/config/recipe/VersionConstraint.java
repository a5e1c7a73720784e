package org.sourceos.config.recipe;

/**
 * What a dependency's version must be: {@code "3.24"} matches 3.24 and 3.24.x, {@code "*"} everything, and
 * {@code ">=1.2, <2"} what all its comparisons allow.
 */
public record VersionConstraint(String text) {
    public boolean matches(String version) {
        throw new UnsupportedOperationException();
    }
}
