package org.sourceos.cli.system;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.sourceos.hooks.server.PushServer;

/** What a hook is told of a push beside the refs (githooks, "pre-receive"). */
record PushOptions(Map<String, String> environment) {
    /** Tries again what was taken back before: {@code git push -o retry}. */
    static final String RETRY = "retry";

    /** Set by a server: how long a push counts without being confirmed. */
    static final String CONFIRM = "SOURCEOS_PUSH_CONFIRM";

    boolean retries() {
        return options().contains(RETRY);
    }

    /** What shall be done with a closure. */
    RemoteAction action() {
        return options().stream()
                .flatMap(option -> RemoteAction.of(option).stream())
                .findFirst()
                .orElse(RemoteAction.BUILD);
    }

    private List<String> options() {
        String text = environment.getOrDefault("GIT_PUSH_OPTION_COUNT", "0");
        int count = text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
        return IntStream.range(0, count)
                .mapToObj(i -> environment.getOrDefault("GIT_PUSH_OPTION_" + i, ""))
                .toList();
    }

    /** The person, where a server has told; of a push by path, who ran it. */
    String pusher() {
        return environment.getOrDefault(PushServer.PUSHER, environment.getOrDefault("USER", "somebody"));
    }
}
