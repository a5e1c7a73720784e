package org.sourceos.launcher.qemu;

/** What {@code --accel} asks for. */
public enum AccelChoice {
    /** KVM where it is known to run a guest, TCG otherwise. */
    AUTO,
    KVM,
    TCG
}
