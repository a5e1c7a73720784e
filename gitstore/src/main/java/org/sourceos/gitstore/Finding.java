package org.sourceos.gitstore;

/**
 * One thing that is wrong with a store.
 *
 * @param what a ref's full name, or a derived file
 * @param problem what is wrong with it, as the end of a sentence
 * @param remedy what to do next
 */
public record Finding(String what, String problem, String remedy) {
    @Override
    public String toString() {
        return what + ": " + problem + "; " + remedy;
    }
}
