package org.sourceos.launcher.machine;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sourceos.gitstore.lease.LastingLease;
import org.sourceos.host.Cancellation;
import org.sourceos.launcher.qemu.VmSpec;

/** A machine's hold on the files of its store: from its start, over all restarts and services, to its end. */
final class MachineLease {
    private MachineLease() {}

    /** While the caller has the files still held by the store it took them from. */
    static void begin(MachineFolders folders, MachineRecord record) throws IOException {
        MachineRequest request = record.request();
        if (request.starting().store().isEmpty()) {
            return;
        }
        Path store = request.starting().store().get();
        Path owner = folders.lease(record.id());
        try {
            Files.createFile(owner);
        } catch (FileAlreadyExistsException e) {
            return;
        }
        LastingLease.begin(store, owner, files(request.spec(), store), new Cancellation());
    }

    private static List<Path> files(VmSpec spec, Path store) {
        List<Path> files = new ArrayList<>(List.of(spec.kernel(), spec.initramfs()));
        files.addAll(spec.disks());
        Path qemu = Path.of(spec.qemu().program());
        if (qemu.startsWith(store) && store.getNameCount() + 2 <= qemu.getNameCount()) {
            // Of our own QEMU all is held: its folder below the store's roots.
            files.add(store.resolve(qemu.subpath(store.getNameCount(), store.getNameCount() + 2)));
        }
        return files;
    }

    static void end(MachineFolders folders, String id) throws IOException {
        Files.deleteIfExists(folders.lease(id));
    }
}
