package org.sourceos.cli.system;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Places;

/** What git and its hooks get of a server's environment: enough to find the same places and to fetch and build there. */
final class HookEnvironment {
    private static final String OURS = "SOURCEOS_";

    /** Says under which name the program was called, which is another one for a hook. */
    private static final String NAME = "SOURCEOS_NAME";

    private static final Set<String> KEPT = Set.of(
            "PATH",
            "HOME",
            "USER",
            "JAVA_HOME",
            "TMPDIR",
            "GIT_CONFIG_GLOBAL",
            "GIT_CONFIG_SYSTEM",
            "GIT_CONFIG_NOSYSTEM",
            "http_proxy",
            "https_proxy",
            "no_proxy",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "NO_PROXY");

    private HookEnvironment() {}

    static Map<String, String> of(CommandContext context, Places places) {
        Map<String, String> variables = new HashMap<>();
        context.environment().forEach((name, value) -> {
            if (KEPT.contains(name) || name.startsWith(OURS) && !name.equals(NAME)) {
                variables.put(name, value);
            }
        });
        variables.put("SOURCEOS_CONFIG", places.config().toString());
        variables.put("SOURCEOS_STORE", places.store().toString());
        variables.put("SOURCEOS_STATE", places.state().toString());
        variables.put("SOURCEOS_RUNTIME", places.runtime().toString());
        variables.put("LC_ALL", "C.UTF-8");
        return variables;
    }
}
