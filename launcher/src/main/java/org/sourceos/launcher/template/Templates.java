package org.sourceos.launcher.template;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.sourceos.gitstore.Digest;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Directories;
import org.sourceos.host.FileLock;
import org.sourceos.launcher.GuestExit;
import org.sourceos.launcher.LaunchContext;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.MicroVm;
import org.sourceos.launcher.SavedMachine;
import org.sourceos.launcher.qemu.VmSpec;

/**
 * The templates of a store: one folder each, named by its {@link TemplateKey}, which appears whole or not at all. They can
 * always be made again, so whatever is wrong with one removes it.
 *
 * <p>Any number of processes use the same folder. Only one at a time makes a template; nobody ever waits for it.
 */
public final class Templates {
    private static final String BEGUN = ".begun-";
    private static final String GONE = ".gone-";
    private static final String LOCK = "lock";

    private final Path folder;
    private final long maxBytes;
    private final Clock clock;

    /** @param maxBytes what all templates together may take on the disk; those not used for longest go */
    public Templates(Path folder, long maxBytes, Clock clock) {
        this.folder = folder;
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    /** What came of the wish for a template. */
    public enum Made {
        MADE,
        /** There is one. */
        PRESENT,
        /** Somebody else makes one at this moment, this one or another. */
        BUSY,
        /** It alone would take more room than all templates may. */
        TOO_LARGE
    }

    /** The one for such a machine. Whatever keeps one from being looked at means that there is none. */
    public Optional<Template> find(VmSpec spec) {
        return find(Launchable.of(spec));
    }

    /** The one with this program, or without any. */
    public Optional<Template> find(Launchable wanted) {
        if (!wanted.spec().memory().canBeRestored()) {
            return Optional.empty();
        }
        try {
            return find(TemplateKey.of(wanted));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Optional<Template> find(TemplateKey key) throws IOException {
        Path place = folder.resolve(key.folderName());
        try {
            return Optional.of(TemplateFile.read(place));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            drop(place);
            return Optional.empty();
        }
    }

    /** Its files, checked. A failure means that they are not what was saved; the template is of no use then. */
    public SavedMachine open(Template template, Cancellation cancellation) throws IOException {
        Path ram = template.folder().resolve(Template.RAM);
        byte[] state = Files.readAllBytes(template.folder().resolve(Template.STATE));
        if (!Digest.of(state).equals(template.stateDigest())) {
            throw new IOException("its state is damaged");
        }
        Optional<byte[]> said = Optional.empty();
        if (template.holdsProgram()) {
            said = Optional.of(Files.readAllBytes(template.folder().resolve(Template.SAID)));
            if (!said.map(Digest::of).equals(template.saidDigest())) {
                throw new IOException("what its program has said is damaged");
            }
        }
        FileIdentity now = FileIdentity.of(ram);
        if (!now.equals(template.ram())) {
            // Copied elsewhere, or written to: only its content tells.
            if (now.size() != template.ram().size()
                    || !SparseRam.of(ram, cancellation).digest().equals(template.ramDigest())) {
                throw new IOException("its memory is damaged");
            }
            TemplateFile.write(template.withRam(now));
        }
        used(template);
        return new SavedMachine(ram, state, said);
    }

    private void used(Template template) {
        try {
            Files.setLastModifiedTime(template.folder().resolve(Template.DESCRIPTION), FileTime.from(clock.instant()));
        } catch (IOException e) {
            // Somebody else's store: its owner's uses decide what stays.
        }
    }

    /** Boots such a machine to where it waits for its program, and keeps that. */
    public Made make(VmSpec spec, LaunchContext context, Cancellation cancellation)
            throws LaunchException, IOException {
        return make(Launchable.of(spec), context, cancellation);
    }

    /** The same, to where its program has started, if it is one that may be saved then. */
    public Made make(Launchable wanted, LaunchContext context, Cancellation cancellation)
            throws LaunchException, IOException {
        TemplateKey key = TemplateKey.of(wanted);
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Optional<FileLock> lock = FileLock.tryAcquire(folder.resolve(LOCK));
        if (lock.isEmpty()) {
            return Made.BUSY;
        }
        try (FileLock held = lock.get()) {
            sweep();
            if (find(key).isPresent()) {
                return Made.PRESENT;
            }
            Path begun = Files.createTempDirectory(folder, BEGUN);
            try {
                Template template = record(wanted, begun, context, cancellation);
                if (template.usedBytes() > maxBytes) {
                    return Made.TOO_LARGE;
                }
                makeRoom(maxBytes - template.usedBytes());
                AtomicFile.moveIntoPlace(begun, folder.resolve(key.folderName()));
                AtomicFile.syncFolder(folder);
                return Made.MADE;
            } finally {
                Directories.remove(begun);
            }
        }
    }

    private Template record(Launchable wanted, Path begun, LaunchContext context, Cancellation cancellation)
            throws LaunchException, IOException {
        VmSpec spec = wanted.spec();
        Path written = begun.resolve("written");
        Path shared = Files.createDirectory(begun.resolve("shared"));
        byte[] state;
        Optional<byte[]> said = Optional.empty();
        try (MicroVm machine = MicroVm.startToSave(TemplateKey.common(spec, shared), written, context, cancellation)) {
            Optional<GuestExit> failed = machine.awaitReady();
            cancellation.throwIfCancelled();
            if (failed.isPresent()) {
                throw new LaunchException("cannot make a template of " + spec.name() + ": "
                        + failed.get().message());
            }
            if (wanted.program().isPresent()) {
                said = Optional.of(started(machine, wanted.program().get(), cancellation));
            }
            state = machine.save();
        }
        Path ram = begun.resolve(Template.RAM);
        SparseRam sparse = SparseRam.copy(written, ram, cancellation);
        Files.delete(written);
        Files.delete(shared);
        AtomicFile.write(begun.resolve(Template.STATE), out -> out.write(state));
        if (said.isPresent()) {
            byte[] bytes = said.get();
            AtomicFile.write(begun.resolve(Template.SAID), out -> out.write(bytes));
        }
        Template template = new Template(
                begun,
                spec.name(),
                spec.memoryMib(),
                clock.instant(),
                sparse.usedBytes() + state.length,
                FileIdentity.of(ram),
                sparse.digest(),
                Digest.of(state),
                said.map(Digest::of));
        TemplateFile.write(template);
        return template;
    }

    private static byte[] started(MicroVm machine, ReadyProgram program, Cancellation cancellation)
            throws LaunchException {
        try {
            return machine.startAndHold(program.program(), program.onTerminal(), program.readiness());
        } finally {
            cancellation.throwIfCancelled();
        }
    }

    /** All, those used last first. */
    public List<Template> list() throws IOException {
        record Used(Template template, FileTime at) {}
        List<Used> found = new ArrayList<>();
        for (Path place : folders("[0-9a-f]*")) {
            try {
                found.add(new Used(
                        TemplateFile.read(place), Files.getLastModifiedTime(place.resolve(Template.DESCRIPTION))));
            } catch (NoSuchFileException e) {
                // Removed meanwhile.
            } catch (IOException e) {
                drop(place);
            }
        }
        return found.stream()
                .sorted(Comparator.comparing(Used::at).reversed())
                .map(Used::template)
                .toList();
    }

    private void makeRoom(long left) throws IOException {
        long kept = 0;
        for (Template template : list()) {
            kept += template.usedBytes();
            if (kept > left) {
                drop(template);
            }
        }
    }

    /** Removes it; machines that were restored from it run on. */
    public void drop(Template template) throws IOException {
        drop(template.folder());
    }

    private void drop(Path place) throws IOException {
        // Under its name it must never be there in parts: QEMU would make a file that it misses.
        Path gone = Files.createTempDirectory(folder, GONE);
        try {
            AtomicFile.moveIntoPlace(place, gone.resolve("template"));
        } catch (NoSuchFileException e) {
            // Somebody else was quicker.
        }
        Directories.remove(gone);
    }

    /** What killed processes have left. Only whoever holds the lock makes any. */
    private void sweep() throws IOException {
        for (Path left : folders("{" + BEGUN + "," + GONE + "}*")) {
            Directories.remove(left);
        }
    }

    private List<Path> folders(String pattern) throws IOException {
        List<Path> folders = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, pattern)) {
            stream.forEach(folders::add);
        } catch (NoSuchFileException e) {
            // None was ever made.
        }
        return folders.stream().filter(Files::isDirectory).toList();
    }
}
