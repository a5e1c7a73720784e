package org.sourceos.gitstore;

import java.util.List;

/**
 * What a repair did.
 *
 * @param done sentences, in the order in which it was done
 * @param left what is still wrong
 */
public record Repair(List<String> done, List<Finding> left) {
    public Repair {
        done = List.copyOf(done);
        left = List.copyOf(left);
    }
}
