package org.sourceos.launcher.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Directories;

/**
 * Where machines are written down: {@code <runtime>/machines/<id>/} with {@code machine.json} and the sockets of QEMU, and
 * {@code <state>/machines/<id>/} with the log. They can be read without a service.
 */
final class MachineFolders {
    static final String CONTROL = "control";
    static final String MONITOR = "qmp";
    static final String CONSOLE = "console";
    static final String ERRORS = "qemu.err";
    /** The state of a machine that is being restored goes in here. */
    static final String STATE = "state";
    /** A folder that QEMU sees, for sockets that it is to connect to. */
    static final String OUT = "out";
    /** There as long as the machine needs what it has of its store. */
    private static final String LEASE = "lease";

    private static final String RECORD = "machine.json";
    private static final String BOOT = "boot";

    private final Path runtime;
    private final Path state;

    MachineFolders(Path runtime, Path state) {
        this.runtime = runtime.resolve("machines");
        this.state = state.resolve("machines");
    }

    /** This boot of the host. */
    static String bootId() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    }

    Path root() {
        return runtime;
    }

    Path folder(String id) {
        return runtime.resolve(id);
    }

    Path log(String id) {
        return state.resolve(id).resolve("log");
    }

    void create(MachineRecord record) throws IOException {
        makePrivate(runtime);
        makePrivate(folder(record.id()));
        makePrivate(state.resolve(record.id()));
        Files.writeString(state.resolve(record.id()).resolve(BOOT), record.bootId());
        write(record);
    }

    private static void makePrivate(Path folder) throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    void write(MachineRecord record) throws IOException {
        AtomicFile.write(folder(record.id()).resolve(RECORD), MachineJson.write(record));
    }

    /** One machine's record; empty where there is none. */
    Optional<MachineRecord> read(String id) throws IOException {
        try {
            return Optional.of(MachineJson.read(Files.readString(folder(id).resolve(RECORD))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new IOException(folder(id).resolve(RECORD) + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** The ids of all folders, in order of their names. */
    List<String> ids() throws IOException {
        return names(runtime);
    }

    private static List<String> names(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory)
                    .map(path -> path.getFileName().toString())
                    .sorted(Comparator.naturalOrder())
                    .toList();
        }
    }

    /** All records of this boot that can be read, the oldest first. */
    List<MachineRecord> records() throws IOException {
        String boot = bootId();
        List<MachineRecord> records = new ArrayList<>();
        for (String id : ids()) {
            try {
                read(id).filter(record -> record.bootId().equals(boot)).ifPresent(records::add);
            } catch (IOException e) {
                // Whoever opens the machines for good says which one it is.
            }
        }
        records.sort(Comparator.comparing(MachineRecord::created).thenComparing(MachineRecord::id));
        return records;
    }

    /** What QEMU had there; a socket that leads nowhere would only be taken for one that does. */
    void removeSockets(String id) throws IOException {
        for (String name : List.of(CONTROL, MONITOR, CONSOLE, ERRORS, STATE)) {
            Files.deleteIfExists(folder(id).resolve(name));
        }
        Directories.remove(folder(id).resolve(OUT));
    }

    /** A QEMU that is another user may look into it; nobody else gets as far. */
    void makeOut(String id) throws IOException {
        Path out = Files.createDirectories(folder(id).resolve(OUT));
        Files.setPosixFilePermissions(out, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The file whose end is the end of the machine's lease. */
    Path lease(String id) {
        return folder(id).resolve(LEASE);
    }

    void remove(String id) throws IOException {
        Directories.remove(folder(id));
        Directories.remove(state.resolve(id));
    }

    /** Logs whose machines went with an earlier boot: the runtime folder does not survive one, the state folder does. */
    void removeLogsOfEarlierBoots() throws IOException {
        String boot = bootId();
        for (String id : names(state)) {
            Path file = state.resolve(id).resolve(BOOT);
            if (Files.exists(file) && !Files.readString(file).equals(boot)) {
                Directories.remove(state.resolve(id));
            }
        }
    }
}
