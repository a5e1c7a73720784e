package org.sourceos.importer.convert;

import java.util.List;

/**
 * Whether a package can become a program in a machine, and why not wholly.
 *
 * @param reasons sentences; none if it can
 */
public record Fit(Grade grade, List<String> reasons) {
    /** From good to bad. */
    public enum Grade {
        CONVERTIBLE("convertible"),
        /** It works, without what the reasons name. */
        REDUCED("convertible, but not all of it"),
        NOT_CONVERTIBLE("not convertible");

        private final String words;

        Grade(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    public Fit {
        reasons = List.copyOf(reasons);
    }
}
