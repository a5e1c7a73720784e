package org.sourceos.launcher.machine;

import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.host.Terminal;
import org.sourceos.launcher.guest.GuestProgram;
import org.sourceos.launcher.limit.Limits;
import org.sourceos.launcher.qemu.VmSpec;

/**
 * A machine that somebody wants to have.
 *
 * @param name unique among all that are listed; the image's, with a number where that is taken, when empty
 * @param owner on whose behalf: {@code command} for what a user started, or the label by which its owner finds its machines
 *     again, such as {@code system}
 * @param terminal the program has a terminal of this size at first; without one its input is empty
 * @param secrets the files of what only the program is to know, by name; read at each start, and written down nowhere else
 * @param removeAtEnd nothing of it is kept when it has ended for good
 * @param limits of its share of the host
 * @param starting how it is started, the first time and each time after that
 */
public record MachineRequest(
        Optional<String> name,
        String owner,
        ImageManifest image,
        VmSpec spec,
        GuestProgram program,
        Optional<Terminal.Size> terminal,
        SortedMap<String, Path> secrets,
        RestartPolicy restart,
        boolean removeAtEnd,
        Limits limits,
        StartSettings starting) {
    public MachineRequest {
        secrets = new TreeMap<>(secrets);
    }

    /** Booted, and without limits of its own. */
    public MachineRequest(
            Optional<String> name,
            String owner,
            ImageManifest image,
            VmSpec spec,
            GuestProgram program,
            Optional<Terminal.Size> terminal,
            SortedMap<String, Path> secrets,
            RestartPolicy restart,
            boolean removeAtEnd) {
        this(
                name,
                owner,
                image,
                spec,
                program,
                terminal,
                secrets,
                restart,
                removeAtEnd,
                Limits.NONE,
                StartSettings.BOOTED);
    }

    public MachineRequest starting(StartSettings how) {
        return new MachineRequest(
                name, owner, image, spec, program, terminal, secrets, restart, removeAtEnd, limits, how);
    }

    /** The owner of what a user started by a command. */
    public static final String BY_COMMAND = "command";

    /** One that is kept when it has ended, and not started again. */
    public static MachineRequest of(String owner, ImageManifest image, VmSpec spec, GuestProgram program) {
        return new MachineRequest(
                Optional.empty(),
                owner,
                image,
                spec,
                program,
                Optional.empty(),
                new TreeMap<>(),
                RestartPolicy.NEVER,
                false);
    }

    public MachineRequest withName(String newName) {
        return new MachineRequest(
                Optional.of(newName),
                owner,
                image,
                spec,
                program,
                terminal,
                secrets,
                restart,
                removeAtEnd,
                limits,
                starting);
    }

    public MachineRequest withRestart(RestartPolicy policy) {
        return new MachineRequest(
                name, owner, image, spec, program, terminal, secrets, policy, removeAtEnd, limits, starting);
    }

    public MachineRequest withSecrets(SortedMap<String, Path> files) {
        return new MachineRequest(
                name, owner, image, spec, program, terminal, files, restart, removeAtEnd, limits, starting);
    }

    public MachineRequest withTerminal(Terminal.Size size) {
        return new MachineRequest(
                name, owner, image, spec, program, Optional.of(size), secrets, restart, removeAtEnd, limits, starting);
    }

    public MachineRequest removedAtEnd() {
        return new MachineRequest(
                name, owner, image, spec, program, terminal, secrets, restart, true, limits, starting);
    }

    public MachineRequest withLimits(Limits others) {
        return new MachineRequest(
                name, owner, image, spec, program, terminal, secrets, restart, removeAtEnd, others, starting);
    }
}
