package org.sourceos.cli.doctor;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sourceos.cli.Places;
import org.sourceos.cli.User;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessFailedException;
import org.sourceos.host.ProcessResult;
import org.sourceos.host.ProcessRunner;

/** What of the host a build and a machine need, each tried rather than guessed. */
final class HostChecks {
    private static final long GIB = 1L << 30;
    /** A kernel's unpacked source, a base, and the store of a handful of programs. */
    private static final long NEEDED_DISK = 6 * GIB;

    private static final long NEEDED_MEMORY = 2 * GIB;

    private final ProcessRunner processes;
    private final Cancellation cancellation;
    private final Map<String, String> environment;

    HostChecks(ProcessRunner processes, Cancellation cancellation, Map<String, String> environment) {
        this.processes = processes;
        this.cancellation = cancellation;
        this.environment = environment;
    }

    Finding system() {
        String name = releaseName();
        boolean supported = name.contains("Debian GNU/Linux 12") || name.contains("Debian GNU/Linux 13");
        return supported
                ? Finding.usable("system", name)
                : Finding.limited(
                        "system", name, "SourceOS is tested on Debian 12 and 13; expect rough edges elsewhere");
    }

    private static String releaseName() {
        try {
            for (String line : Files.readAllLines(Path.of("/etc/os-release"))) {
                if (line.startsWith("PRETTY_NAME=")) {
                    return line.substring("PRETTY_NAME=".length()).replace("\"", "");
                }
            }
        } catch (IOException e) {
            // said below
        }
        return "unknown (no /etc/os-release)";
    }

    /** A program that prints its version; {@code debianPackage} holds it. */
    Finding tool(String what, String debianPackage, String... versionCommand) {
        try {
            ProcessResult result = processes.run(command(versionCommand), cancellation);
            String said = (result.stdout() + result.stderrTail())
                    .lines()
                    .findFirst()
                    .orElse("")
                    .strip();
            return Finding.usable(what, said.isEmpty() ? "found" : said);
        } catch (ProcessFailedException e) {
            return Finding.missing(
                    what,
                    versionCommand[0] + " is not installed",
                    "apt-get install --no-install-recommends " + debianPackage);
        } catch (IOException e) {
            return Finding.missing(what, String.valueOf(e.getMessage()), "reinstall the package " + debianPackage);
        }
    }

    /** Whether a build's namespaces can be made: by making them. */
    Finding namespaces() {
        try {
            ProcessResult result = processes.run(
                    command("bwrap", "--unshare-all", "--die-with-parent", "--ro-bind", "/", "/", "/bin/true"),
                    cancellation);
            if (result.succeeded()) {
                return Finding.usable("sandbox", "bubblewrap makes user, pid, ipc, uts and network namespaces");
            }
            return Finding.missing(
                    "sandbox", "bubblewrap failed: " + result.stderrTail().strip(), namespaceAdvice());
        } catch (IOException e) {
            return Finding.missing("sandbox", String.valueOf(e.getMessage()), "apt-get install bubblewrap");
        }
    }

    private static String namespaceAdvice() {
        if ("0".equals(read("/proc/sys/kernel/unprivileged_userns_clone"))) {
            return "allow them: sysctl kernel.unprivileged_userns_clone=1";
        }
        if ("0".equals(read("/proc/sys/user/max_user_namespaces"))) {
            return "allow them: sysctl user.max_user_namespaces=10000";
        }
        if ("1".equals(read("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"))) {
            return "AppArmor restricts user namespaces: sysctl kernel.apparmor_restrict_unprivileged_userns=0";
        }
        return "inside a container, run it with user namespaces allowed; or run SourceOS as root";
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** Whether an ordinary user has the ids that a base is made with. */
    Optional<Finding> subordinateIds() {
        if (User.isRoot()) {
            return Optional.empty();
        }
        String name = environment.getOrDefault("USER", "");
        String ids = read("/etc/subuid");
        boolean granted =
                ids.lines().anyMatch(line -> line.startsWith(name + ":") || line.startsWith(User.uid() + ":"));
        return Optional.of(
                granted
                        ? Finding.usable("subordinate ids", "granted in /etc/subuid")
                        : Finding.limited(
                                "subordinate ids",
                                "none for this user in /etc/subuid",
                                "as root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 " + name));
    }

    Finding memory() {
        for (String line : read("/proc/meminfo").lines().toList()) {
            if (line.startsWith("MemAvailable:")) {
                long bytes = Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
                String found = gib(bytes) + " available";
                return bytes >= NEEDED_MEMORY
                        ? Finding.usable("memory", found)
                        : Finding.limited(
                                "memory", found, "building a kernel wants 2 GiB; close something, or add swap");
            }
        }
        return Finding.limited("memory", "unknown", "is /proc mounted?");
    }

    Finding disk(Places places) {
        Path existing = places.store();
        while (!Files.exists(existing)) {
            existing = java.util.Objects.requireNonNullElse(existing.getParent(), Path.of("/"));
        }
        if (!Files.isWritable(existing)) {
            return Finding.missing(
                    "store",
                    places.store() + ": " + existing + " is not writable",
                    "make it writable, or choose another place with --store or SOURCEOS_STORE");
        }
        try {
            FileStore store = Files.getFileStore(existing);
            String found = places.store() + ", " + gib(store.getUsableSpace()) + " free";
            return store.getUsableSpace() >= NEEDED_DISK
                    ? Finding.usable("store", found)
                    : Finding.limited(
                            "store",
                            found,
                            "a first build needs about 6 GiB; free some, or choose another place with --store");
        } catch (IOException e) {
            return Finding.missing("store", String.valueOf(e.getMessage()), "choose another place with --store");
        }
    }

    private static String gib(long bytes) {
        return String.format(java.util.Locale.ROOT, "%.1f GiB", (double) bytes / GIB);
    }

    private Command command(String... words) {
        List<String> argv = new ArrayList<>(List.of(words));
        Command command = Command.of(argv).withTimeout(java.time.Duration.ofSeconds(20));
        String path = environment.get("PATH");
        return path == null ? command : command.withEnvironment("PATH", path);
    }
}
