package org.sourceos.launcher.machine;

/** Where a machine is in its life. */
public enum MachineState {
    STARTING,
    RUNNING,
    PAUSED,
    /** It has ended and is started again after a pause. */
    WAITING,
    ENDED
}
