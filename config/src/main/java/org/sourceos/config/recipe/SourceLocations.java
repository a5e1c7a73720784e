package org.sourceos.config.recipe;

import java.util.Optional;
import org.sourceos.config.recipe.PackageSpec.SourceLocation;

/** The text form of a {@link SourceLocation}. */
final class SourceLocations {
    private SourceLocations() {}

    /** Empty when the text is none of the four forms. */
    static Optional<SourceLocation> parse(String text) {
        throw new UnsupportedOperationException();
    }

    static String print(SourceLocation location) {
        throw new UnsupportedOperationException();
    }
}
