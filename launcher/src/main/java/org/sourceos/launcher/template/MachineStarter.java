package org.sourceos.launcher.template;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.sourceos.host.Cancellation;
import org.sourceos.launcher.GuestExit;
import org.sourceos.launcher.LaunchContext;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.MicroVm;
import org.sourceos.launcher.SavedMachine;
import org.sourceos.launcher.qemu.VmSpec;

/** Starts machines the quickest way there is: one that waits already, one restored from its template, one that boots. */
public final class MachineStarter {
    private final Templates templates;
    private final Optional<Pool> pool;
    private final Consumer<String> warnings;

    /** @param warnings told when a template turned out to be of no use */
    public MachineStarter(Templates templates, Optional<Pool> pool, Consumer<String> warnings) {
        this.templates = templates;
        this.pool = pool;
        this.warnings = warnings;
    }

    /** As {@link MicroVm#start}; one that was not booted is ready already. */
    public MicroVm start(VmSpec spec, LaunchContext context, Cancellation cancellation) throws LaunchException {
        return start(Launchable.of(spec), context, cancellation);
    }

    /** The same; with its program in it already, where there is such a one. */
    public MicroVm start(Launchable wanted, LaunchContext context, Cancellation cancellation) throws LaunchException {
        Optional<MicroVm> waiting = pool.flatMap(machines -> machines.take(wanted, cancellation));
        if (waiting.isPresent()) {
            return waiting.get();
        }
        Optional<MicroVm> restored = restore(wanted, context, cancellation);
        return restored.isPresent() ? restored.get() : MicroVm.start(wanted.spec(), context, cancellation);
    }

    /** With its program, or else one that waits for any. */
    Optional<MicroVm> restore(Launchable wanted, LaunchContext context, Cancellation cancellation)
            throws LaunchException {
        if (wanted.program().isPresent()) {
            Optional<MicroVm> started = restoreOne(wanted, context, cancellation);
            if (started.isPresent()) {
                return started;
            }
        }
        return restoreOne(wanted.anyProgram(), context, cancellation);
    }

    /** One whose guest has answered; empty when there is no template, or it was of no use and is gone now. */
    private Optional<MicroVm> restoreOne(Launchable wanted, LaunchContext context, Cancellation cancellation)
            throws LaunchException {
        VmSpec spec = wanted.spec();
        Optional<Template> template = templates.find(wanted);
        if (template.isEmpty()) {
            return Optional.empty();
        }
        String reason;
        try {
            SavedMachine saved = templates.open(template.get(), cancellation);
            MicroVm machine = MicroVm.restore(spec, saved, context, cancellation);
            Optional<GuestExit> failed = machine.awaitReady();
            if (failed.isEmpty()) {
                return Optional.of(machine);
            }
            machine.close();
            cancellation.throwIfCancelled();
            reason = failed.get().message();
        } catch (IOException e) {
            cancellation.throwIfCancelled();
            reason = String.valueOf(e.getMessage());
        }
        warnings.accept("the template of " + spec.name() + " is of no use and was removed, "
                + (wanted.program().isPresent() ? "the program starts" : "the machine boots") + " instead: " + reason);
        try {
            templates.drop(template.get());
        } catch (IOException e) {
            warnings.accept("it could not be removed: " + e + "; remove the folder "
                    + template.get().folder());
        }
        return Optional.empty();
    }
}
