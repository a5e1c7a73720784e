package org.sourceos.launcher.qemu;

/**
 * What a machine's memory is made of.
 *
 * @param hugepages pages of 2 MiB that the host has reserved
 * @param balloon what the guest does not use goes back to the host: a virtio balloon that reports free pages. Its kernel must
 *     have the feature {@code BALLOON}
 */
public record MemoryKind(boolean hugepages, boolean balloon) {
    public static final MemoryKind ORDINARY = new MemoryKind(false, false);

    /**
     * Whether such a machine can be restored from a file of its memory. Huge pages are in no file. And QEMU gives a page back by
     * punching a hole into the file that it is mapped from: into the template, which all its machines share.
     */
    public boolean canBeRestored() {
        return !hugepages && !balloon;
    }
}
