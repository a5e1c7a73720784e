package org.sourceos.config.nix.regex;

import org.jspecify.annotations.Nullable;

/** One text being searched: by backtracking, until that has taken too long. */
final class Search {
    /** Which matches are of interest. */
    enum Want {
        ANY,
        NOT_EMPTY,
        /** To the end of the text. */
        WHOLE
    }

    private final Program program;
    private final String text;
    private final Runnable step;
    private final BacktrackingSearch backtracking;
    private @Nullable ParallelSearch parallel;

    Search(Program program, String text, Runnable step) {
        this.program = program;
        this.text = text;
        this.step = step;
        this.backtracking = new BacktrackingSearch(program, text, step);
    }

    /** The best match that begins at an index: start and end of each group; null when there is none. */
    int @Nullable [] from(int start, Want want) {
        ParallelSearch instead = parallel;
        if (instead == null) {
            int[] found = backtracking.from(start, want);
            if (!backtracking.gaveUp()) {
                return found;
            }
            instead = new ParallelSearch(program, text, step);
            parallel = instead;
        }
        return instead.from(start, want);
    }
}
