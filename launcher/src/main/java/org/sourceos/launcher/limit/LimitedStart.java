package org.sourceos.launcher.limit;

import java.io.IOException;
import java.util.UUID;
import org.sourceos.launcher.LaunchContext;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.MicroVm;
import org.sourceos.launcher.qemu.VmSpec;

/** A machine that lives as long as somebody waits for it, within its limits; closed after the machine. */
public final class LimitedStart implements AutoCloseable {
    private final MachineLimits limits;
    private final LaunchContext launch;

    public LimitedStart(Limits wanted, VmSpec spec, LimitHost host, LaunchContext launch) {
        this.limits = new MachineLimits(wanted, spec, "run-" + UUID.randomUUID(), host);
        this.launch = launch;
    }

    /** However the machine is started; one that waited for its use was started without us. */
    @FunctionalInterface
    public interface Start {
        MicroVm machine(LaunchContext telling) throws IOException, LaunchException;
    }

    public MicroVm start(Start start) throws IOException, LaunchException {
        limits.check();
        MicroVm machine = start.machine(launch.telling(limits::started));
        try {
            limits.settle(machine.pid(), machine.qmp());
            return machine;
        } catch (LaunchException e) {
            machine.close();
            throw e;
        }
    }

    @Override
    public void close() {
        limits.close();
    }
}
