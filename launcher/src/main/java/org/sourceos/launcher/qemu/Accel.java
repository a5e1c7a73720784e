package org.sourceos.launcher.qemu;

/** What executes the guest's instructions. */
public enum Accel {
    /** The processor, through the kernel's KVM. */
    KVM,
    /** QEMU's translator: slower, works everywhere. */
    TCG
}
