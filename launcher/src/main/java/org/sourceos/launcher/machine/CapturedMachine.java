package org.sourceos.launcher.machine;

import org.sourceos.launcher.checkpoint.Captured;

/** A machine at one moment: what was known of it, and its state. */
public record CapturedMachine(SavedMachineRecord record, Captured captured) {}
