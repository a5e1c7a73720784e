package org.sourceos.gitstore;

/** What lies beside the repository in a store's directory. */
public final class StoreLayout {
    /** Machines' disks and kernels, each with a record beside it; made again from the repository. */
    public static final String DISKS = "disks";
    /** Directories to build in; made again from the repository. */
    public static final String ROOTS = "roots";
    /** Suspended machines to start from; made again by booting. */
    public static final String TEMPLATES = "templates";
    /** Memories of saved machines, each a folder named by the tree of its checkpoint; made again from that. */
    public static final String CHECKPOINTS = "checkpoints";
    /** Folders of failed builds that somebody wanted to look at. */
    public static final String FAILED = "failed";
    /** For each folder that was stored, a table of what its files were; made again when it is stored again. */
    public static final String KNOWN = "known";
    /** What is being written. */
    public static final String TMP = "tmp";
    /** Who uses what, as long as they live. */
    public static final String LEASES = "leases";
    /** An empty file for each ref, as old as its last use. */
    public static final String USED = "used";
    /** A file as old as the last removal of objects. */
    public static final String COLLECTED = "collected";
    /** The names of packs that are as small as they can be. */
    public static final String COMPACTED = "compacted";
    /** The ending of the record of a derived file. */
    public static final String RECORD = ".made";
    /** The ending of the note beside a directory to build in. */
    public static final String BOOT = ".boot";
    /** The ending of the note that says which packs a layer's files can be read from. */
    public static final String PACKS_NOTE = ".packs";
    /** Where git has its packs. */
    public static final String PACKS = ".git/objects/pack";
    /** The ending of the note that names the file of a blob. */
    public static final String NOTE = ".blob";

    private StoreLayout() {}
}
