package org.sourceos.host.cgroup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** One group: a folder of the hierarchy. It exists until it is {@linkplain #remove removed}. */
public final class ControlGroup {
    private static final long END_MILLIS = 2000;
    private static final long STEP_MILLIS = 5;

    private final Path folder;

    ControlGroup(Path folder) {
        this.folder = folder;
    }

    public Path folder() {
        return folder;
    }

    /** What can be limited in it. */
    public SortedSet<String> controllers() throws IOException {
        return new TreeSet<>(List.of(
                Files.readString(folder.resolve("cgroup.controllers")).strip().split(" ", -1)));
    }

    /** Writes a file of it, such as {@code memory.max}; the kernel's refusal is the failure. */
    public void set(String file, String value) throws IOException {
        write(folder.resolve(file), value);
    }

    /** Puts a process and all that it has started into it. */
    public void enter(long pid) throws IOException {
        set("cgroup.procs", Long.toString(pid));
        // What a process starts is born where it is; what it had started before is brought after it.
        for (ProcessHandle child :
                ProcessHandle.of(pid).map(p -> p.descendants().toList()).orElse(List.of())) {
            try {
                set("cgroup.procs", Long.toString(child.pid()));
            } catch (IOException e) {
                // It has ended.
            }
        }
    }

    public boolean isPopulated() throws IOException {
        return Files.readString(folder.resolve("cgroup.events")).contains("populated 1");
    }

    /** Ends whatever is in it, and removes it. */
    public void remove() throws IOException {
        try {
            if (isPopulated()) {
                // One write ends all of them, forks included; kernels before 5.14 have no such file.
                set("cgroup.kill", "1");
            }
            long end = System.nanoTime() + END_MILLIS * 1_000_000;
            while (isPopulated() && System.nanoTime() < end) {
                Thread.sleep(STEP_MILLIS);
            }
            Files.deleteIfExists(folder);
        } catch (NoSuchFileException e) {
            // Somebody else removed it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the processes of " + folder + " ended", e);
        }
    }

    /** These are no files that could be replaced: each write is an order to the kernel, in one piece. */
    static void write(Path file, String value) throws IOException {
        try {
            Files.write(file, value.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(file + " does not take \"" + value + "\": " + e.getMessage(), e);
        }
    }
}
