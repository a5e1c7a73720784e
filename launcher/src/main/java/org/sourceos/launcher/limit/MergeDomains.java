package org.sourceos.launcher.limit;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Cancellation;
import org.sourceos.host.FileLock;
import org.sourceos.host.ProcessIdentity;

/**
 * Which machines' memory the kernel may merge. It knows no domains: it merges equal pages of all who ask. So only machines of
 * one trust domain at a time are let ask, and the domain is free for another when the last of them has ended.
 *
 * <p>A folder holds a file for each QEMU that asked, named by its process, with the domain in it.
 */
public final class MergeDomains {
    private static final String LOCK = "lock";
    /** Means that it was us who made the kernel begin. */
    private static final String BEGUN = "begun";

    private final Path folder;
    private final Path kernel;

    /**
     * @param folder the same for all that share a host's memory
     * @param kernel {@code /sys/kernel/mm/ksm}
     */
    public MergeDomains(Path folder, Path kernel) {
        this.folder = folder;
        this.kernel = kernel;
    }

    /** Lets a process take part; otherwise why it must not. */
    Optional<String> join(String domain, ProcessIdentity process) throws IOException {
        if (!Files.exists(kernel.resolve("run"))) {
            return Optional.of("the host's kernel cannot merge memory (CONFIG_KSM)");
        }
        // What other users' machines do can be known to root alone.
        if (!Files.isWritable(kernel.resolve("run"))) {
            return Optional.of("only machines that root starts are merged");
        }
        Files.createDirectories(folder);
        try (FileLock lock = FileLock.acquire(folder.resolve(LOCK), new Cancellation(), waited -> {})) {
            Optional<String> other = present().filter(there -> !there.equals(domain));
            if (other.isPresent()) {
                return Optional.of("machines of the trust domain " + other.get() + " are merged at present");
            }
            AtomicFile.write(file(process), domain);
            if (running().equals("0")) {
                AtomicFile.write(folder.resolve(BEGUN), "");
                Files.writeString(kernel.resolve("run"), "1");
            }
            return Optional.empty();
        }
    }

    /** Of a process that has ended. */
    void leave(ProcessIdentity process) throws IOException {
        if (!Files.exists(file(process))) {
            return;
        }
        try (FileLock lock = FileLock.acquire(folder.resolve(LOCK), new Cancellation(), waited -> {})) {
            Files.deleteIfExists(file(process));
            if (present().isEmpty() && Files.deleteIfExists(folder.resolve(BEGUN))) {
                Files.writeString(kernel.resolve("run"), "0");
            }
        }
    }

    /** The domain whose machines are merged; those of its processes that have ended are forgotten. */
    Optional<String> present() throws IOException {
        Optional<String> domain = Optional.empty();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, "*.*")) {
            for (Path file : stream) {
                Optional<ProcessIdentity> process = process(file.getFileName().toString());
                if (process.filter(ProcessIdentity::isAlive).isPresent()) {
                    domain = Optional.of(Files.readString(file));
                } else if (process.isPresent()) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (NoSuchFileException e) {
            // Nobody ever asked.
        }
        return domain;
    }

    /** What the kernel's switch says: 0, 1 or 2. */
    public String running() throws IOException {
        return Files.readString(kernel.resolve("run")).strip();
    }

    private Path file(ProcessIdentity process) {
        return folder.resolve(process.pid() + "." + process.startedTicks());
    }

    private static Optional<ProcessIdentity> process(String name) {
        return name.matches("[0-9]+\\.[0-9]+")
                ? Optional.of(new ProcessIdentity(
                        Long.parseLong(name.substring(0, name.indexOf('.'))),
                        Long.parseLong(name.substring(name.indexOf('.') + 1))))
                : Optional.empty();
    }
}
