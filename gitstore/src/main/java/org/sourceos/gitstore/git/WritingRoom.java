package org.sourceos.gitstore.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The room that writing packs anew takes for a while, beside what there is.
 *
 * @param doing what is done, as the beginning of a sentence
 * @param need in bytes, an estimate
 * @param free in bytes, on the store's file system
 */
public record WritingRoom(String doing, long need, long free) {
    /** @param store a folder of it */
    public static WritingRoom in(Path store, String doing, long need) throws IOException {
        return new WritingRoom(doing, need, Files.getFileStore(store).getUsableSpace());
    }

    public boolean isThere() {
        return need <= free;
    }

    /** What a dry run says. */
    public String text() {
        return String.format(
                Locale.ROOT,
                "%s needs about %,d MiB free on the store's file system while it writes, and there are %,d MiB",
                doing,
                (need >> 20) + 1,
                free >> 20);
    }

    /** @param instead what to do where it is not there */
    public String missing(String instead) {
        return text() + ": " + instead;
    }
}
