package org.sourceos.launcher.confine;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sourceos.gitstore.Digest;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessResult;
import org.sourceos.host.ProcessRunner;
import org.sourceos.launcher.qemu.QemuProgram;

/**
 * The files that QEMU itself consists of: the program, the libraries it is linked with, its firmware. Which libraries
 * those are the dynamic linker says; its answer is kept as long as neither the program nor the linker's cache changes,
 * which every installation of a library does.
 */
final class QemuFiles {
    private static final Pattern LIBRARY = Pattern.compile("^\\s+(?:\\S+ => )?(/\\S+) \\(0x", Pattern.MULTILINE);
    private static final Path LINKER_CACHE = Path.of("/etc/ld.so.cache");
    private static final Path MODULES = Path.of("/usr/lib/x86_64-linux-gnu/qemu");
    private static final List<Path> FIRMWARE = List.of(Path.of("/usr/share/qemu"), Path.of("/usr/share/seabios"));

    private final ProcessRunner processes;
    private final Path folder;

    QemuFiles(ProcessRunner processes, Path folder) {
        this.processes = processes;
        this.folder = folder;
    }

    /** Where the program is; empty when it is not installed. */
    static Optional<Path> find(QemuProgram qemu) {
        Path name = Path.of(qemu.program());
        if (name.isAbsolute()) {
            return Files.isExecutable(name) ? Optional.of(name) : Optional.empty();
        }
        for (String place : Command.of(qemu.program())
                .environment()
                .getOrDefault("PATH", "/usr/bin")
                .split(":")) {
            Path candidate = Path.of(place).resolve(name);
            if (Files.isExecutable(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /** All of them, as absolute paths. */
    List<Path> of(QemuProgram qemu, Path program, Cancellation cancellation) throws IOException {
        Set<Path> files = new LinkedHashSet<>(List.of(program));
        List<Path> libraries = libraries(program, cancellation);
        files.addAll(libraries);
        if (!libraries.isEmpty()) {
            files.add(LINKER_CACHE);
            files.addAll(modules());
        }
        if (qemu.firmware().isPresent()) {
            files.add(qemu.firmware().get());
        } else {
            files.addAll(FIRMWARE);
        }
        return files.stream().filter(Files::exists).toList();
    }

    /** Debian's QEMU loads its accelerators when it starts; they need no library that it has not. */
    private static List<Path> modules() throws IOException {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(MODULES)) {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(MODULES, "accel-*-x86_64.so")) {
                stream.forEach(found::add);
            }
        }
        return found;
    }

    private List<Path> libraries(Path program, Cancellation cancellation) throws IOException {
        String identity = identity(program) + (Files.exists(LINKER_CACHE) ? ' ' + identity(LINKER_CACHE) : "") + '\n';
        Path kept = folder.resolve(
                "libraries-" + Digest.of(program.toString()).hex().substring(0, 16));
        if (Files.isReadable(kept)) {
            String text = Files.readString(kept);
            if (text.startsWith(identity)) {
                return paths(text.substring(identity.length()));
            }
        }
        ProcessResult result = processes.run(Command.of("ldd", program.toString()), cancellation);
        // A static program has none, which is an error to this one.
        StringBuilder text = new StringBuilder();
        Matcher matcher = LIBRARY.matcher(result.stdout());
        while (matcher.find()) {
            text.append(matcher.group(1)).append('\n');
        }
        if (!result.stdout().contains("not found")) {
            Files.createDirectories(folder);
            AtomicFile.write(kept, identity + text);
        }
        return paths(text.toString());
    }

    private static List<Path> paths(String text) {
        return text.lines().map(Path::of).toList();
    }

    private static String identity(Path file) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(file, "unix:ino,size,lastModifiedTime");
        return file + " " + attributes.get("ino") + " " + attributes.get("size") + " "
                + attributes.get("lastModifiedTime");
    }
}
