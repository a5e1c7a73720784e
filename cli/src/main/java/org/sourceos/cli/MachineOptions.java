package org.sourceos.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.gitstore.generation.MachineSettings;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.RunOptions;
import org.sourceos.launcher.qemu.PortForward;
import org.sourceos.launcher.qemu.Share;

/** How a machine of the configuration is run: as its settings say, unless a command line says otherwise. */
public final class MachineOptions {
    private final MachineSettings settings;
    private final Path configuration;

    /** @param configuration the repository that {@code ./} in a setting means */
    public MachineOptions(MachineSettings settings, Path configuration) {
        this.settings = settings;
        this.configuration = configuration;
    }

    /** The options of a command line, with what the configuration says where they are silent. */
    public RunOptions with(RunOptions line) throws LaunchException {
        SortedMap<String, String> environment = new TreeMap<>(settings.environment());
        environment.putAll(line.environment());
        List<PortForward> ports = new ArrayList<>(line.ports());
        for (String port : settings.ports()) {
            ports.add(PortForward.parse(port));
        }
        SortedMap<String, String> limits = new TreeMap<>(settings.limits());
        limits.putAll(line.limits());
        return new RunOptions(
                line.arguments(),
                line.command().isEmpty() ? settings.command() : line.command(),
                environment,
                line.memoryMib().isPresent() ? line.memoryMib() : settings.memoryMib(),
                line.cpus().isPresent() ? line.cpus() : settings.cpus(),
                line.network().or(settings::network),
                ports,
                line.shares(),
                limits);
    }

    /** The folders that it has of the host. */
    public List<Share> mounts() throws LaunchException {
        List<Share> shares = new ArrayList<>();
        for (var mount : settings.mounts().entrySet()) {
            shares.add(Share.parse(file(mount.getValue()) + ":" + mount.getKey(), configuration));
        }
        return shares;
    }

    /** The files its secrets are in. */
    public SortedMap<String, Path> secrets() {
        SortedMap<String, Path> files = new TreeMap<>();
        settings.secrets().forEach((name, file) -> files.put(name, file(file)));
        return files;
    }

    private Path file(String setting) {
        return configuration.resolve(setting).normalize();
    }
}
