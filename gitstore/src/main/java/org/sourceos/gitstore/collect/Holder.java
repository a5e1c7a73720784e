package org.sourceos.gitstore.collect;

import java.util.List;

/**
 * How something is held: from a ref, or a lease, down to it.
 *
 * @param kept whether the next collection leaves it
 * @param reason why the first of the chain stays or goes, as the end of a sentence
 * @param chain from the ref on: names of refs, then of folders and files
 */
public record Holder(boolean kept, String reason, List<String> chain) {
    public Holder {
        chain = List.copyOf(chain);
    }
}
