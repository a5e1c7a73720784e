package org.sourceos.importer.convert;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.sourceos.importer.ImportException;
import org.sourceos.importer.root.RootedFiles;

/** A root with dpkg's files and a few packages, as dpkg writes them. */
record SmallDebian(Path root) {
    static SmallDebian in(Path folder) throws IOException {
        Path root = Files.createDirectories(folder.resolve("root"));
        for (String made : List.of("usr/bin", "usr/lib", "etc", "var/lib/dpkg/info", "var/lib/dpkg/alternatives")) {
            Files.createDirectories(root.resolve(made));
        }
        Files.createSymbolicLink(root.resolve("bin"), Path.of("usr/bin"));
        Files.writeString(root.resolve("etc/os-release"), "VERSION_CODENAME=bookworm\n");
        Files.writeString(root.resolve("var/lib/dpkg/status"), "");
        Files.writeString(root.resolve("var/lib/dpkg/diversions"), "/bin/sh\n/bin/sh.distrib\ndash\n");
        return new SmallDebian(root);
    }

    /** Installs a package of these files; programs are those in folders of programs. */
    SmallDebian install(String name, List<String> fields, String... files) throws IOException {
        Files.writeString(
                root.resolve("var/lib/dpkg/status"),
                "Package: " + name
                        + "\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0-2+b1\nPriority: optional\n"
                        + String.join("\n", fields) + (fields.isEmpty() ? "" : "\n") + "\n",
                StandardOpenOption.APPEND);
        List<String> list = new ArrayList<>(List.of("/."));
        for (String file : files) {
            Path place = root.resolve(file.substring(1));
            Files.createDirectories(place.resolveSibling(""));
            if (Files.notExists(place)) {
                Files.writeString(place, "of " + name);
            }
            if (InstalledPackage.isProgram(file)) {
                Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            list.add(file);
        }
        write("/var/lib/dpkg/info/" + name + ".list", String.join("\n", list) + "\n");
        return this;
    }

    SmallDebian write(String path, String text) throws IOException {
        Path place = root.resolve(path.substring(1));
        Files.createDirectories(place.resolveSibling(""));
        Files.writeString(place, text);
        return this;
    }

    SmallDebian link(String path, String target) throws IOException {
        Path place = root.resolve(path.substring(1));
        Files.createDirectories(place.resolveSibling(""));
        Files.createSymbolicLink(place, Path.of(target));
        return this;
    }

    InstalledSystem system() throws IOException, ImportException {
        return InstalledSystem.read(new RootedFiles(root), "/");
    }

    Conversion plan(String name) throws IOException, ImportException {
        InstalledSystem system = system();
        return new ConversionPlanner(system).plan(system.find(name).orElseThrow(), "debian-12");
    }
}
