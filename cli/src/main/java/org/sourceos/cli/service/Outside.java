package org.sourceos.cli.service;

import java.util.List;
import java.util.Set;
import org.sourceos.cli.SourceOs;
import org.sourceos.cli.language.instantiate.NixInstantiate;

/** Which calls are done in a process of their own even where there is a service. */
final class Outside {
    /** Servers that stay, and what replaces or makes the program itself; {@code rebuild edit} has the caller's terminal. */
    private static final Set<String> COMMANDS = Set.of("serve", "install", "warm-up");

    private static final Set<String> OPTIONS_WITH_VALUE = Set.of("--config", "--store");

    private Outside() {}

    /** @param name what the program was called; most names are a command already */
    static boolean needed(String name, List<String> arguments) {
        if (name.equals(NixInstantiate.NAME)) {
            return false;
        }
        String command = SourceOs.NAMES.getOrDefault(name, "");
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            if (OPTIONS_WITH_VALUE.contains(word)) {
                i++;
            } else if (word.startsWith("-")) {
                continue;
            } else if (command.isEmpty()) {
                command = word;
            } else {
                return isOutside(command) || (command.equals("rebuild") && word.equals("edit"));
            }
        }
        return isOutside(command);
    }

    private static boolean isOutside(String command) {
        return COMMANDS.contains(command);
    }
}
