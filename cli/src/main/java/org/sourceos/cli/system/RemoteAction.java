package org.sourceos.cli.system;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What shall be done with a closure where it is sent to. */
enum RemoteAction {
    /** It is kept. */
    BUILD,
    /** The kernel that comes with it is started with the next time. */
    BOOT,
    /** It is made active until the next switch. */
    TEST,
    /** It counts again: its commit is part of the branch there. */
    SWITCH;

    private static final String OPTION = "action=";

    /** As {@code git push -o} has it. */
    String option() {
        return OPTION + name().toLowerCase(Locale.ROOT);
    }

    static Optional<RemoteAction> of(String option) {
        return Stream.of(values())
                .filter(action -> action.option().equals(option))
                .findFirst();
    }
}
