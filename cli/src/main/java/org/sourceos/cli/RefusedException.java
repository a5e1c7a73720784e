package org.sourceos.cli;

/** What a policy of the user's own forbids: a commit without a signature where all have to be signed. */
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    public RefusedException(String message) {
        super(message);
    }
}
