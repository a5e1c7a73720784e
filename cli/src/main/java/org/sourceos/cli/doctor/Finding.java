package org.sourceos.cli.doctor;

/**
 * What {@code sourceos doctor} says about one thing of the host.
 *
 * @param what the thing, a word or two
 * @param found what was found
 * @param advice what to do about it; empty when there is nothing to do
 */
record Finding(Verdict verdict, String what, String found, String advice) {
    enum Verdict {
        USABLE,
        /** Works, but something could be better. */
        LIMITED,
        /** Something that a build or a run needs is missing. */
        MISSING
    }

    static Finding usable(String what, String found) {
        return new Finding(Verdict.USABLE, what, found, "");
    }

    static Finding limited(String what, String found, String advice) {
        return new Finding(Verdict.LIMITED, what, found, advice);
    }

    static Finding missing(String what, String found, String advice) {
        return new Finding(Verdict.MISSING, what, found, advice);
    }
}
