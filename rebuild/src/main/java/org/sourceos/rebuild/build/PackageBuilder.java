package org.sourceos.rebuild.build;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.sourceos.host.Cancellation;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.sandbox.SourceTree;
import org.sourceos.rebuild.sandbox.Workspace;

/**
 * Builds a program's recipe: build script, check script, install script, each in a sandbox of its own; then makes what was
 * installed fit for a layer (one {@code /usr}, no debug symbols, nothing that differs from build to build).
 */
public final class PackageBuilder implements StepBuilder {
    private static final String INSTALL = "make install DESTDIR=\"$DESTDIR\"\n";

    /** A real /bin would hide the base's link /bin → usr/bin, and with it every program there. */
    private static final String ONE_USR = """
            cd /out
            for folder in bin sbin lib lib32 lib64; do
              if test -d "$folder" -a ! -L "$folder"; then
                mkdir -p "usr/$folder"
                cp -a "$folder/." "usr/$folder/"
                rm -rf "$folder"
              fi
            done
            """;

    /** The index of info files lists what else is installed; libtool's archives name folders of the build. */
    private static final String NOT_KEPT = """
            rm -f /out/usr/share/info/dir
            find /out -name '*.la' -type f -exec grep -l -F 'a libtool library file' {} + | xargs -r -d '\\n' rm -f --
            """;

    private static final int FILES_PER_COMMAND = 200;

    private final int processors;

    /** @param processors what scripts are told to use, as {@code $NPROC} */
    public PackageBuilder(int processors) {
        this.processors = processors;
    }

    @Override
    public String build(BuildInputs inputs, Workspace workspace, Cancellation cancellation)
            throws RebuildException, IOException {
        var build = inputs.of().spec().build();
        String folder = SourceTree.folder(workspace, build.directory());
        Map<String, String> environment = environment(inputs);
        if (!build.script().isBlank()) {
            workspace.run("the build script", folder, environment, build.script());
        }
        if (build.check().isPresent()) {
            workspace.run("the check script", folder, environment, build.check().get());
        }
        if (build.rules().isPresent()) {
            DebianRulesBuild.run(workspace, folder, environment, build.rules().get());
        }
        if (build.install().isPresent() || build.rules().isEmpty()) {
            workspace.run(
                    "the install script", folder, environment, build.install().orElse(INSTALL));
        }
        workspace.run("merging /usr", "/out", Map.of(), ONE_USR);
        workspace.run("removing what is not kept", "/out", Map.of(), NOT_KEPT);
        try (Stream<Path> installed = Files.list(workspace.out())) {
            if (installed.findAny().isEmpty()) {
                throw new RebuildException(
                        RebuildException.Kind.BUILD_FAILED,
                        "the install script put nothing below $DESTDIR; give the recipe an [build] install that does, such as "
                                + "install -D -m 755 " + inputs.of().name() + " \"$DESTDIR/usr/bin/"
                                + inputs.of().name()
                                + "\"");
            }
        }
        strip(workspace);
        return inputs.version();
    }

    private Map<String, String> environment(BuildInputs inputs) {
        SortedMap<String, String> environment = new TreeMap<>();
        environment.put("CFLAGS", "-O2 -ffile-prefix-map=/build=.");
        environment.put("CXXFLAGS", "-O2 -ffile-prefix-map=/build=.");
        environment.put("NPROC", Integer.toString(processors));
        environment.put("NAME", inputs.of().name());
        environment.put("VERSION", inputs.version());
        environment.put("FEATURES", String.join(" ", inputs.of().features()));
        for (String feature : inputs.of().features()) {
            environment.put("FEATURE_" + feature.toUpperCase(Locale.ROOT).replace('-', '_'), "1");
        }
        environment.putAll(inputs.of().variables());
        environment.putAll(inputs.of().spec().build().environment());
        return environment;
    }

    /** Executables and libraries lose what only linkers and debuggers read; archives lose debug information and dates. */
    private static void strip(Workspace workspace) throws RebuildException, IOException {
        List<String> linked = new ArrayList<>();
        List<String> objects = new ArrayList<>();
        Map<Path, Set<PosixFilePermission>> permissions = new LinkedHashMap<>();
        for (Path file : regularFiles(workspace.out())) {
            byte[] beginning = new byte[20];
            Set<PosixFilePermission> before = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
            if (!before.contains(PosixFilePermission.OWNER_READ)) {
                continue;
            }
            try (InputStream in = Files.newInputStream(file)) {
                in.readNBytes(beginning, 0, beginning.length);
            }
            String name = "/out/" + workspace.out().relativize(file);
            boolean archive = new String(beginning, 0, 8, StandardCharsets.ISO_8859_1).equals("!<arch>\n");
            boolean elf = beginning[0] == 0x7f && beginning[1] == 'E' && beginning[2] == 'L' && beginning[3] == 'F';
            int type = beginning[5] == 2 ? beginning[17] : beginning[16];
            if (elf && (type == 2 || type == 3)) {
                linked.add(name);
            } else if (archive || (elf && type == 1)) {
                objects.add(name);
            } else {
                continue;
            }
            if (!before.contains(PosixFilePermission.OWNER_WRITE)) {
                permissions.put(file, before);
                Set<PosixFilePermission> writable = new TreeSet<>(before);
                writable.add(PosixFilePermission.OWNER_WRITE);
                Files.setPosixFilePermissions(file, writable);
            }
        }
        strip(workspace, List.of("strip", "--strip-unneeded", "-p"), linked);
        strip(workspace, List.of("strip", "--strip-debug", "-D", "-p"), objects);
        for (Map.Entry<Path, Set<PosixFilePermission>> entry : permissions.entrySet()) {
            Files.setPosixFilePermissions(entry.getKey(), entry.getValue());
        }
    }

    private static void strip(Workspace workspace, List<String> command, List<String> files)
            throws RebuildException, IOException {
        for (int from = 0; from < files.size(); from += FILES_PER_COMMAND) {
            List<String> argv = new ArrayList<>(command);
            argv.add("--");
            argv.addAll(files.subList(from, Math.min(files.size(), from + FILES_PER_COMMAND)));
            workspace.run("removing debug symbols", "/out", Map.of(), argv);
        }
    }

    /** Sorted; a name that is no text in this locale is left out: it could not be given to a program. */
    private static List<Path> regularFiles(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .filter(file -> Path.of(file.toString()).equals(file))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
