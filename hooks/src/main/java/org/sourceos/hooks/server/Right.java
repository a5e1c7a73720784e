package org.sourceos.hooks.server;

/** What somebody may do with a repository; each includes those before it. */
public enum Right {
    READ,
    PUSH,
    /** Push what was built elsewhere as well: it is not built here, so nothing shows that it is what it says. */
    DEPLOY,
    /** Push changes of {@code trust/}, which says who may do what. */
    ADMIN;

    boolean includes(Right other) {
        return compareTo(other) >= 0;
    }
}
