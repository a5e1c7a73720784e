package org.sourceos.rebuild.apt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;

/**
 * The {@code apt.conf(5)} of a private state: everything that apt writes lies in one folder, and no check of signatures is left
 * out, whatever the machine's own configuration says.
 *
 * @param directory the folder, absolute
 * @param etcApt the machine's {@code /etc/apt}
 */
record AptConfiguration(Path directory, Path etcApt) {
    Path file() {
        return directory.resolve("apt.conf");
    }

    Path lists() {
        return directory.resolve("lists");
    }

    String text(AptHost.Settings settings) throws IOException {
        StringBuilder text = new StringBuilder();
        // Keys, passwords and preferences stay the machine's own, by reference; hooks and directories do not.
        set(text, "Dir::Etc", etcApt.toAbsolutePath().toString());
        for (String secret : List.of("netrc=auth.conf", "netrcparts=auth.conf.d")) {
            Path file = etcApt.resolve(secret.substring(secret.indexOf('=') + 1));
            if (Files.exists(file) && !Files.isReadable(file)) {
                set(text, "Dir::Etc::" + secret.substring(0, secret.indexOf('=')), "/dev/null");
            }
        }
        set(text, "Dir::Etc::main", "/dev/null");
        set(text, "Dir::Etc::parts", directory.resolve("etc/parts").toString());
        set(text, "Dir::Etc::sourcelist", "/dev/null");
        set(
                text,
                "Dir::Etc::sourceparts",
                directory.resolve("etc/sources.list.d").toString());
        set(text, "Dir::State", directory.resolve("state").toString());
        set(text, "Dir::State::lists", lists().toString());
        set(text, "Dir::State::status", directory.resolve("dpkg/status").toString());
        set(text, "Dir::Cache", directory.resolve("cache").toString());
        set(text, "Dir::Cache::archives", directory.resolve("archives").toString());
        set(text, "Dir::Log", directory.resolve("log").toString());
        for (String line : settings.lines()) {
            text.append(line).append('\n');
        }
        text.append("APT::Architectures { ")
                .append(AptHost.quoted(settings.architecture()))
                .append("; };\n");
        set(text, "APT::Get::AllowUnauthenticated", "false");
        set(text, "Acquire::AllowInsecureRepositories", "false");
        set(text, "Acquire::AllowWeakRepositories", "false");
        set(text, "Acquire::AllowDowngradeToInsecureRepositories", "false");
        set(text, "Acquire::Languages", "none");
        set(text, "Acquire::PDiffs", "false");
        set(text, "Acquire::Retries", "2");
        if (!reachableByOthers()) {
            set(text, "APT::Sandbox::User", "root");
        }
        return text.toString();
    }

    private static void set(StringBuilder text, String name, String value) {
        text.append(name).append(' ').append(AptHost.quoted(value)).append(";\n");
    }

    /** Whether apt's unprivileged user can get at the folder; where it cannot, apt must not change to it. */
    private boolean reachableByOthers() throws IOException {
        for (Path folder = directory; folder != null; folder = folder.getParent()) {
            if (!Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                return false;
            }
        }
        return true;
    }
}
