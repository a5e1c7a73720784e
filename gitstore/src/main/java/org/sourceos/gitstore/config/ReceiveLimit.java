package org.sourceos.gitstore.config;

import java.util.Optional;
import org.sourceos.gitstore.StoreException;
import org.sourceos.host.Cancellation;

/**
 * The largest pack that git itself takes in a push ({@code receive.maxInputSize}, git-config(1)): git has none by default, and
 * hooks are asked only after all of it has come.
 */
public final class ReceiveLimit {
    private static final String SETTING = "receive.maxInputSize";

    private ReceiveLimit() {}

    /** Sets it for the repository, unless somebody has decided already, be it for no limit at all (0). */
    public static void setUnlessDecided(ConfigRepository repository, long bytes, Cancellation cancellation)
            throws StoreException {
        if (repository.setting(SETTING, cancellation).isEmpty()) {
            repository
                    .git()
                    .need(
                            "set " + SETTING + " of " + repository.place(),
                            cancellation,
                            "config",
                            "--local",
                            SETTING,
                            Long.toString(bytes));
        }
    }

    /** Takes away what {@link #setUnlessDecided} has set; what somebody else has set stays. */
    public static void remove(ConfigRepository repository, long bytes, Cancellation cancellation)
            throws StoreException {
        if (repository.setting(SETTING, cancellation).equals(Optional.of(Long.toString(bytes)))) {
            repository.git().ask(cancellation, "config", "--local", "--unset", SETTING);
        }
    }
}
