package org.sourceos.cli.system;

import java.util.Map;
import org.sourceos.hooks.server.PushServer;

/** What a hook is told of a push beside the refs (githooks, "pre-receive"). */
record PushOptions(Map<String, String> environment) {
    /** Tries again what was taken back before: {@code git push -o retry}. */
    static final String RETRY = "retry";

    /** Set by a server: how long a push counts without being confirmed. */
    static final String CONFIRM = "SOURCEOS_PUSH_CONFIRM";

    boolean retries() {
        String count = environment.getOrDefault("GIT_PUSH_OPTION_COUNT", "0");
        int options = count.matches("[0-9]{1,4}") ? Integer.parseInt(count) : 0;
        for (int i = 0; i < options; i++) {
            if (environment.getOrDefault("GIT_PUSH_OPTION_" + i, "").equals(RETRY)) {
                return true;
            }
        }
        return false;
    }

    /** The person, where a server has told; of a push by path, who ran it. */
    String pusher() {
        return environment.getOrDefault(PushServer.PUSHER, environment.getOrDefault("USER", "somebody"));
    }
}
