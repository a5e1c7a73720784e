package org.sourceos.hooks.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * How large a pack may be that comes with one push, and what the pusher is told of one that is larger.
 *
 * @param bytes git is told to take no more
 * @param key what {@code trust/access.toml} calls the limit
 * @param full the disk, where it is that which sets the limit
 */
public record PushSize(long bytes, String key, Optional<Path> full) {
    /** What nobody's push may take of a disk: others need it to go on. */
    private static final long LEFT_FREE = 1L << 30;

    /** What is taken on a full disk too: a change of a configuration may be what makes room. */
    private static final long SMALL = 1L << 20;

    private static final String FIND = "git rev-list --objects BRANCH | git cat-file"
            + " --batch-check='%(objectsize:disk) %(rest)' | sort -n | tail";

    /** Of commits. */
    public static PushSize ofCommits(Access access, Limits limits) {
        return new PushSize(
                access.sizes().push().orElse(limits.packBytes()), AccessReader.LARGEST_PUSH, Optional.empty());
    }

    /** Of what was built elsewhere. */
    static PushSize ofClosure(Access access, Limits limits) {
        return new PushSize(
                access.sizes().closure().orElse(limits.closureBytes()), AccessReader.LARGEST_CLOSURE, Optional.empty());
    }

    /** No more than there is room for where it is received. */
    PushSize within(Path directory) throws IOException {
        return within(directory, Files.getFileStore(directory).getUsableSpace());
    }

    PushSize within(Path directory, long free) {
        long room = Math.max(SMALL, free - LEFT_FREE);
        return room < bytes ? new PushSize(room, key, Optional.of(directory)) : this;
    }

    /**
     * Why a push was refused, and what to do next.
     *
     * @param pushed how large it was; 0 if only that it was too large is known
     */
    public String refusal(long pushed) {
        String size = pushed > 0 ? "has " + shown(pushed) : "is larger than " + shown(bytes);
        if (full.isPresent()) {
            return "refused: this push " + size + ", and there is no more room than that on the disk of " + full.get()
                    + " (" + shown(LEFT_FREE)
                    + " stay free); nothing was changed. Make room there (sourceos store gc), and"
                    + " push again";
        }
        String limit = pushed > 0
                ? ", and at most " + shown(bytes) + " are taken at once"
                : ", the most that is taken at once";
        return "refused: this push " + size + limit + "; nothing was changed. What is large in it: " + FIND
                + ". Keep large files elsewhere and fetch them as a source, or let an admin raise the limit first: "
                + key
                + " = \"" + suggested(Math.max(pushed, bytes)) + "\" before [repositories.…] in trust/access.toml";
    }

    /** Twice as much, in whole MiB. */
    private static String suggested(long of) {
        return Math.max(2, (2 * of) >> 20) + "M";
    }

    private static String shown(long size) {
        return size < 10L << 20
                ? String.format(Locale.ROOT, "%.1f MiB", size / (double) (1 << 20))
                : (size >> 20) + " MiB";
    }
}
