package org.sourceos.gitstore.git;

import java.nio.file.Path;

/**
 * Where in a pack the content of a blob lies in whole pages of 4096 bytes: fifteen in a row, then one that is none of it, and
 * so on. What the last page does not fill follows right after the last whole one.
 *
 * @param firstPage of the file
 */
public record PagePlace(Path pack, long firstPage, long size) {
    /** The page of the file that holds the blob's page of that number, from 0, if the blob fills it. */
    public long page(long number) {
        return firstPage
                + number / PageAligned.RUN_PAGES * (PageAligned.RUN_PAGES + 1)
                + number % PageAligned.RUN_PAGES;
    }

    /** How many pages the blob fills. */
    public long wholePages() {
        return size / PageAligned.PAGE;
    }

    /** Where in the file that lies which fills no page. */
    public long restAt() {
        return (page(wholePages() - 1) + 1) * PageAligned.PAGE;
    }
}
