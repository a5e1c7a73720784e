package org.sourceos.rebuild.boot;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.sourceos.gitstore.Digest;
import org.sourceos.host.AtomicFile;
import org.sourceos.rebuild.RebuildException;

/**
 * Puts kernels where a boot loader finds them. Every file appears whole or not at all, the entry after the kernel it names and
 * the default last: a power cut leaves a menu in which everything can be started.
 */
public final class BootInstaller {
    /** What a kernel's command line says of the generation that its entry was made for. */
    public static final String GENERATION = "sourceos.generation=";

    /** For the small files, and for what a FAT file system loses to its clusters. */
    private static final long MARGIN = 1 << 20;

    private final BootRoot root;
    private final Installed installed;

    public BootInstaller(BootRoot root) {
        this.root = root;
        this.installed = new Installed(root.place());
    }

    /**
     * A kernel to install.
     *
     * @param key what tells it from every other: two of one key are the same file
     * @param parameters of its command line
     */
    public record Kernel(
            int generation,
            String title,
            String version,
            String key,
            Path file,
            Optional<Path> initrd,
            List<String> parameters) {
        public Kernel {
            parameters = List.copyOf(parameters);
        }
    }

    /**
     * What was done.
     *
     * @param entry the file of the entry
     * @param removed the generations whose entries were removed
     * @param left files of ours that somebody changed and that therefore were not removed
     */
    public record Result(Path entry, List<Integer> removed, List<Path> left) {}

    /** The generation of a running kernel's command line, if an entry of ours started it. */
    public static OptionalInt generationOf(String commandLine) {
        return List.of(commandLine.strip().split("\\s+")).stream()
                .filter(word -> word.matches(GENERATION + "[0-9]{1,9}"))
                .mapToInt(word -> Integer.parseInt(word.substring(GENERATION.length())))
                .findFirst();
    }

    /**
     * Installs a kernel and makes it the default.
     *
     * @param keep how many entries are kept, at least 2
     * @param good the generation of the kernel that is known to start, which is kept besides the new one; empty for the one
     *     that was the default
     */
    public Result install(Kernel kernel, int keep, OptionalInt good) throws RebuildException {
        try {
            List<Installed.Entry> before = installed.read();
            String folder = "sourceos/" + kernel.key();
            List<Installed.FileMade> files = new ArrayList<>();
            List<Copy> copies = new ArrayList<>();
            copies.add(new Copy(kernel.file(), folder + "/linux"));
            Optional<String> initrd = Optional.empty();
            if (kernel.initrd().isPresent()) {
                Path source = kernel.initrd().get();
                initrd = Optional.of("sourceos/initrd-" + digest(source).substring(0, 16));
                copies.add(new Copy(source, initrd.get()));
            }
            List<String> options = new ArrayList<>(kernel.parameters());
            // What follows two hyphens is for init, not for the kernel.
            int own = options.indexOf("--");
            options.add(own < 0 ? options.size() : own, GENERATION + kernel.generation());
            BootEntry entry = new BootEntry(
                    kernel.generation(),
                    kernel.title(),
                    kernel.version(),
                    "/" + copies.get(0).to(),
                    initrd.map(path -> "/" + path),
                    options);
            String entryPath = "loader/entries/" + entry.fileName();
            for (Copy copy : copies) {
                files.add(new Installed.FileMade(copy.to(), digest(copy.from())));
            }
            files.add(new Installed.FileMade(
                    entryPath,
                    Digest.of(entry.text().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                            .hex()));
            refuseToOverwrite(before, entryPath);
            OptionalInt kept = good.isPresent() ? good : generationOfDefault();
            checkSpace(copies, files);

            List<Installed.Entry> all = new ArrayList<>(before);
            all.removeIf(old -> old.generation() == kernel.generation());
            all.add(new Installed.Entry(kernel.generation(), files));
            List<Installed.Entry> noted = new ArrayList<>(before);
            noted.removeIf(old -> old.generation() == kernel.generation());
            noted.add(new Installed.Entry(kernel.generation(), withOld(before, kernel.generation(), files)));
            installed.write(noted);
            for (int i = 0; i < copies.size(); i++) {
                copy(copies.get(i), files.get(i).sha256());
            }
            Path entryFile = root.place().resolve(entryPath);
            Files.createDirectories(entryFile.resolveSibling(""));
            AtomicFile.write(entryFile, entry.text());
            writeMark();
            setDefault(entry.fileName());
            return remove(all, noted, Math.max(2, keep), kernel.generation(), kept, entryFile);
        } catch (IOException e) {
            throw new RebuildException(
                    RebuildException.Kind.STORE,
                    "cannot install the kernel in " + root.place() + ": " + e
                            + "; the entries that were there can still be started",
                    e);
        }
    }

    private record Copy(Path from, String to) {}

    /** The files that an earlier installation of the same generation noted: still ours until they are removed. */
    private static List<Installed.FileMade> withOld(
            List<Installed.Entry> before, int generation, List<Installed.FileMade> files) {
        List<Installed.FileMade> all = new ArrayList<>(files);
        Set<String> paths = files.stream().map(Installed.FileMade::path).collect(Collectors.toSet());
        before.stream()
                .filter(entry -> entry.generation() == generation)
                .flatMap(entry -> entry.files().stream())
                .filter(file -> !paths.contains(file.path()))
                .forEach(all::add);
        return all;
    }

    private void refuseToOverwrite(List<Installed.Entry> ours, String entryPath) throws IOException, RebuildException {
        Path file = root.place().resolve(entryPath);
        boolean known = ours.stream()
                .flatMap(entry -> entry.files().stream())
                .anyMatch(made -> made.path().equals(entryPath));
        if (!known && Files.exists(file)) {
            throw new RebuildException(
                    RebuildException.Kind.UNUSABLE,
                    file + " is there, and sourceos-rebuild boot has not made it: move it away");
        }
    }

    private void checkSpace(List<Copy> copies, List<Installed.FileMade> files) throws IOException, RebuildException {
        long needed = MARGIN;
        for (int i = 0; i < copies.size(); i++) {
            if (!isThere(files.get(i))) {
                needed += Files.size(copies.get(i).from());
            }
        }
        Files.createDirectories(root.place());
        long free = Files.getFileStore(root.place()).getUsableSpace();
        if (free < needed) {
            throw new RebuildException(
                    RebuildException.Kind.STORE,
                    "too little space in " + root.place() + ": " + mebibytes(needed) + " MiB are needed and "
                            + mebibytes(free)
                            + " are free; nothing was changed: make room, or keep fewer entries (--keep 2) the next time");
        }
    }

    private static long mebibytes(long bytes) {
        return (bytes + (1 << 20) - 1) >> 20;
    }

    private boolean isThere(Installed.FileMade file) throws IOException {
        Path place = root.place().resolve(file.path());
        return Files.isRegularFile(place) && digest(place).equals(file.sha256());
    }

    private void copy(Copy copy, String sha256) throws IOException {
        if (isThere(new Installed.FileMade(copy.to(), sha256))) {
            return;
        }
        Path to = root.place().resolve(copy.to());
        Files.createDirectories(to.resolveSibling(""));
        AtomicFile.write(to, out -> Files.copy(copy.from(), out));
        if (!digest(to).equals(sha256)) {
            throw new IOException(to + " is not what was written to it: the partition is damaged");
        }
    }

    /** Says that the folder has type #1 entries (UAPI.1); some boot loaders look nowhere else. */
    private void writeMark() throws IOException {
        Path mark = root.place().resolve("loader/entries.srel");
        if (Files.notExists(mark)) {
            AtomicFile.write(mark, "type1\n");
        }
    }

    private Path loaderConf() {
        return root.loader().resolve("loader/loader.conf");
    }

    private String loaderText() throws IOException {
        try {
            return Files.readString(loaderConf());
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    private OptionalInt generationOfDefault() throws IOException {
        Optional<String> entry = LoaderConfig.defaultEntry(loaderText());
        return entry.filter(name -> name.matches("sourceos-[0-9]{1,9}\\.conf"))
                .map(name -> OptionalInt.of(Integer.parseInt(name.replaceAll("[^0-9]", ""))))
                .orElse(OptionalInt.empty());
    }

    private void setDefault(String entry) throws IOException {
        Files.createDirectories(loaderConf().resolveSibling(""));
        AtomicFile.write(loaderConf(), LoaderConfig.withDefault(loaderText(), entry));
    }

    private Result remove(
            List<Installed.Entry> all,
            List<Installed.Entry> noted,
            int keep,
            int fresh,
            OptionalInt good,
            Path entryFile)
            throws IOException {
        Set<Integer> kept = new TreeSet<>();
        kept.add(fresh);
        good.ifPresent(generation -> {
            if (all.stream().anyMatch(entry -> entry.generation() == generation)) {
                kept.add(generation);
            }
        });
        all.stream()
                .map(Installed.Entry::generation)
                .sorted(Comparator.reverseOrder())
                .filter(generation -> !kept.contains(generation))
                .limit(Math.max(0, keep - kept.size()))
                .toList()
                .forEach(kept::add);
        List<Installed.Entry> staying =
                all.stream().filter(entry -> kept.contains(entry.generation())).toList();
        Set<String> needed = staying.stream()
                .flatMap(entry -> entry.files().stream())
                .map(Installed.FileMade::path)
                .collect(Collectors.toSet());
        List<Path> left = new ArrayList<>();
        // The entries first: none may name a kernel that is gone.
        List<Installed.FileMade> unneeded = noted.stream()
                .flatMap(entry -> entry.files().stream())
                .filter(file -> !needed.contains(file.path()))
                .distinct()
                .sorted(Comparator.comparing(
                        (Installed.FileMade file) -> !file.path().startsWith("loader/")))
                .toList();
        for (Installed.FileMade file : unneeded) {
            Path place = root.place().resolve(file.path());
            if (isThere(file)) {
                Files.delete(place);
                removeEmpty(place.resolveSibling(""));
            } else if (Files.exists(place)) {
                left.add(place);
            }
        }
        installed.write(staying);
        List<Integer> removed = all.stream()
                .map(Installed.Entry::generation)
                .filter(generation -> !kept.contains(generation))
                .toList();
        return new Result(entryFile, removed, left);
    }

    private void removeEmpty(Path folder) throws IOException {
        if (folder.toAbsolutePath().normalize().resolveSibling("").endsWith("sourceos")) {
            try {
                Files.delete(folder);
            } catch (DirectoryNotEmptyException e) {
                // Somebody has put something there.
            }
        }
    }

    private static String digest(Path file) throws IOException {
        return Digest.of(Files.readAllBytes(file)).hex();
    }
}
