package org.sourceos.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where things are. An option beats a {@code SOURCEOS_…} variable, that beats the default: the system's folders for root,
 * the XDG base directories for anybody else.
 *
 * @param config the configuration repository
 * @param store the cache repository
 * @param state logs, locks, the lock file where there is no configuration
 * @param runtime sockets and files of running machines
 */
public record Places(Path config, Path store, Path state, Path runtime) {

    public static Places of(
            CommandContext context, boolean root, @Nullable Path configOption, @Nullable Path storeOption) {
        Map<String, String> env = context.environment();
        Path home = Path.of(env.getOrDefault("HOME", "/"));
        Path config = root
                ? Path.of("/etc/sourceos")
                : xdg(env, "XDG_CONFIG_HOME", home.resolve(".config")).resolve("sourceos");
        Path store = root
                ? Path.of("/var/cache/sourceos")
                : xdg(env, "XDG_CACHE_HOME", home.resolve(".cache")).resolve("sourceos");
        Path state = root
                ? Path.of("/var/lib/sourceos")
                : xdg(env, "XDG_STATE_HOME", home.resolve(".local/state")).resolve("sourceos");
        Path runtime = root
                ? Path.of("/run/sourceos")
                : set(env, "XDG_RUNTIME_DIR")
                        .map(Path::of)
                        .orElse(state.resolve("run"))
                        .resolve("sourceos");
        return new Places(
                choose(context, configOption, "SOURCEOS_CONFIG", config),
                choose(context, storeOption, "SOURCEOS_STORE", store),
                choose(context, null, "SOURCEOS_STATE", state),
                choose(context, null, "SOURCEOS_RUNTIME", runtime));
    }

    private static Path choose(CommandContext context, @Nullable Path option, String variable, Path otherwise) {
        Path chosen = option != null
                ? option
                : set(context.environment(), variable).map(Path::of).orElse(otherwise);
        return context.directory().resolve(chosen).normalize();
    }

    private static Path xdg(Map<String, String> env, String variable, Path otherwise) {
        return set(env, variable).map(Path::of).filter(Path::isAbsolute).orElse(otherwise);
    }

    private static Optional<String> set(Map<String, String> env, String variable) {
        return Optional.ofNullable(env.get(variable)).filter(value -> !value.isEmpty());
    }
}
