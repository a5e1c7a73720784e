package org.sourceos.launcher;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.launcher.qemu.PortForward;
import org.sourceos.launcher.qemu.Share;

/**
 * What the command line says of a run; where it is silent the image decides.
 *
 * @param arguments follow the image's command
 * @param command replaces the image's command
 * @param network {@code none} or {@code user}
 * @param limits see {@link org.sourceos.launcher.limit.Limits}
 * @param shares the folders to share, all of them (see {@link org.sourceos.launcher.files.FileGrants})
 */
public record RunOptions(
        List<String> arguments,
        List<String> command,
        SortedMap<String, String> environment,
        OptionalInt memoryMib,
        OptionalInt cpus,
        Optional<String> network,
        List<PortForward> ports,
        List<Share> shares,
        SortedMap<String, String> limits) {
    public RunOptions {
        limits = new TreeMap<>(limits);
        arguments = List.copyOf(arguments);
        command = List.copyOf(command);
        environment = new TreeMap<>(environment);
        ports = List.copyOf(ports);
        shares = List.copyOf(shares);
    }

    /** Without limits. */
    public RunOptions(
            List<String> arguments,
            List<String> command,
            SortedMap<String, String> environment,
            OptionalInt memoryMib,
            OptionalInt cpus,
            Optional<String> network,
            List<PortForward> ports,
            List<Share> shares) {
        this(arguments, command, environment, memoryMib, cpus, network, ports, shares, new TreeMap<>());
    }

    /** The same with these shares. */
    public RunOptions with(List<Share> others) {
        return new RunOptions(arguments, command, environment, memoryMib, cpus, network, ports, others, limits);
    }

    /** Nothing but arguments. */
    public static RunOptions of(List<String> arguments) {
        return new RunOptions(
                arguments,
                List.of(),
                new TreeMap<>(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                new TreeMap<>());
    }
}
