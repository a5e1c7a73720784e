package org.sourceos.gitstore.tree;

/** Whose files those of a directory are said to be. */
public enum Ownership {
    /** The owners they have. */
    AS_IS,
    /** The calling user's and group's files are root's, others keep their owners: a tree made by an ordinary user. */
    CALLER_IS_ROOT,
    /** Everything is root's: what a build left behind. */
    ALL_ROOT
}
