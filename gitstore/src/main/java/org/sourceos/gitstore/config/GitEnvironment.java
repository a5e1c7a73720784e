package org.sourceos.gitstore.config;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What of the caller's environment reaches git: where the repository is, what a hook looks at, and the user's configuration;
 * nothing that asks, pages, colours or translates.
 *
 * <p>Git gives its hooks paths relative to the folder that the hook starts in. They are made absolute once, for git is run in
 * other folders too: relative to the folder that is opened or the nearest above it where the path exists.
 */
final class GitEnvironment {
    static final String DIR = "GIT_DIR";
    private static final String ALTERNATES = "GIT_ALTERNATE_OBJECT_DIRECTORIES";

    /** Means something only together with {@link #DIR}. */
    private static final Set<String> WITH_DIR = Set.of("GIT_WORK_TREE", "GIT_COMMON_DIR");

    private static final Set<String> PATHS = Set.of(
            DIR, "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_QUARANTINE_PATH");

    /** SUDO_UID: git lets root into the repositories of the user who called sudo. */
    private static final Set<String> KEPT = Set.of(
            "PATH",
            "HOME",
            "XDG_CONFIG_HOME",
            "SUDO_UID",
            "SSH_AUTH_SOCK",
            "GIT_EXEC_PATH",
            "GIT_CEILING_DIRECTORIES",
            "GIT_DISCOVERY_ACROSS_FILESYSTEM");

    private static final Map<String, String> FIXED = Map.of(
            "LC_ALL",
            "C.UTF-8",
            "GIT_TERMINAL_PROMPT",
            "0",
            "GIT_PAGER",
            "cat",
            // A replaced object would make one commit's name stand for two contents.
            "GIT_NO_REPLACE_OBJECTS",
            "1",
            // A question must not take the lock of an index that a commit is being made from.
            "GIT_OPTIONAL_LOCKS",
            "0");

    private final Map<String, String> variables;

    private GitEnvironment(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    static GitEnvironment of(Map<String, String> caller, Path directory) {
        Map<String, String> kept = new HashMap<>();
        caller.forEach((name, value) -> {
            if (value.isEmpty()) {
                return;
            }
            if (PATHS.contains(name)) {
                kept.put(name, absolute(value, directory));
            } else if (name.equals(ALTERNATES)) {
                kept.put(name, eachAbsolute(value, directory));
            } else if (KEPT.contains(name) || name.startsWith("GIT_CONFIG_")) {
                kept.put(name, value);
            }
        });
        if (!kept.containsKey(DIR)) {
            kept.keySet().removeAll(WITH_DIR);
        }
        kept.putAll(FIXED);
        return new GitEnvironment(kept);
    }

    private static String absolute(String path, Path directory) {
        if (path.startsWith("/")) {
            return path;
        }
        for (Path base = directory; base != null; base = base.getParent()) {
            Path candidate = base.resolve(path).normalize();
            if (Files.exists(candidate, LinkOption.NOFOLLOW_LINKS)) {
                return candidate.toString();
            }
        }
        return directory.resolve(path).normalize().toString();
    }

    private static String eachAbsolute(String list, Path directory) {
        // Git quotes a path that has a colon in it; those that it writes itself are absolute.
        return list.contains("\"")
                ? list
                : Arrays.stream(list.split(":"))
                        .map(path -> path.isEmpty() ? path : absolute(path, directory))
                        .collect(Collectors.joining(":"));
    }

    Optional<Path> gitDirectory() {
        return Optional.ofNullable(variables.get(DIR)).map(Path::of);
    }

    /** For finding the repository by where a folder is. */
    GitEnvironment withoutDirectory() {
        Map<String, String> changed = new HashMap<>(variables);
        changed.remove(DIR);
        changed.keySet().removeAll(WITH_DIR);
        return new GitEnvironment(changed);
    }

    Map<String, String> variables() {
        return variables;
    }
}
