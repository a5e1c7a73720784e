package org.sourceos.rebuild.system;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sourceos.config.options.ConfigValue;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.gitstore.tree.ListTree;
import org.sourceos.gitstore.tree.OverlayTree;
import org.sourceos.host.Cancellation;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.system.SystemBuilder.Variant;

/**
 * A whole configuration as one machine: all its programs in one root file system, its people, its name.
 *
 * @param layers of the root file system, topmost first: what the configuration says, then the programs
 * @param kernelFeatures what the programs ask of the kernel
 * @param notes what is not as it would be on the system itself
 */
public record SystemMachine(
        MachineDescription description,
        List<StoredLayer> layers,
        SortedSet<String> kernelFeatures,
        List<String> notes) {
    /** What the console is made of; its recipe is shipped. */
    public static final String SHELL_PACKAGE = "busybox";

    private static final String SHELL = "/usr/bin/sh";
    private static final String COMMANDS = "usr/local/sourceos";
    private static final String NETWORK_FEATURE = "NET";
    private static final int LEAST_MEMORY_MIB = 256;
    private static final List<String> FOLDERS = List.of("usr/local/bin", "usr/bin", "bin", "usr/sbin", "sbin");

    public SystemMachine {
        layers = List.copyOf(layers);
        notes = List.copyOf(notes);
    }

    /** The programs of a configuration, and the one that the console is made of. */
    public static List<WantedProgram> programs(List<WantedProgram> wanted) {
        List<WantedProgram> all = new ArrayList<>(wanted);
        all.add(new WantedProgram(
                SHELL_PACKAGE,
                Optional.empty(),
                SHELL_PACKAGE,
                "{}",
                PackageSettings.of(SHELL_PACKAGE, new ConfigValue.Fields(new TreeMap<>())),
                Optional.empty(),
                Optional.empty()));
        return List.copyOf(all);
    }

    /**
     * Puts it together.
     *
     * @param programs as {@link #programs} has them
     * @param images theirs
     */
    public static SystemMachine assemble(
            ConfigValue.Fields configuration,
            List<WantedProgram> programs,
            Map<Variant, ImageManifest> images,
            BuildCache cache,
            Cancellation cancellation)
            throws RebuildException {
        try {
            List<String> notes = new ArrayList<>();
            List<ImageManifest> used = new ArrayList<>();
            Map<String, Variant> first = new HashMap<>();
            for (WantedProgram program : programs) {
                Variant variant = Variant.of(program);
                ImageManifest image = images.get(variant);
                if (image == null) {
                    throw new IllegalArgumentException("nothing was built for " + program.packageName());
                }
                Variant before = first.putIfAbsent(program.packageName(), variant);
                if (before == null) {
                    used.add(image);
                } else if (!before.equals(variant)) {
                    notes.add(program.name() + " has the files of another program of " + program.packageName()
                            + ": one machine has one set of them, whatever the settings");
                }
            }
            FileTree files = new OverlayTree(trees(used, cache));
            Set<String> paths = new LinkedHashSet<>();
            files.visit(entry -> paths.add(entry.path().toString()));
            StoredLayer programsLayer = cache.ingest(files, cancellation);

            SystemUsers users = SystemUsers.of(configuration);
            String name = configuration.in("system").text("hostname").orElse("sourceos");
            ListTree.Builder own = ListTree.builder()
                    .file("etc/hostname", 0644, name + "\n")
                    .file("etc/passwd", 0644, users.passwd(SHELL))
                    .file("etc/group", 0644, users.group());
            for (WantedProgram program : programs) {
                ImageManifest image = images.get(Variant.of(program));
                if (image != null && !program.packageName().equals(SHELL_PACKAGE)) {
                    String folder = program.user()
                            .map(user -> COMMANDS + "/users/" + user)
                            .orElse(COMMANDS + "/bin");
                    own.file(folder + "/" + program.name(), 0755, command(image, paths));
                }
            }
            StoredLayer ownLayer = cache.ingest(own.build(), cancellation);

            SortedSet<String> features = new TreeSet<>();
            used.forEach(image -> features.addAll(image.kernel().features()));
            return new SystemMachine(
                    description(
                            name, users, used, features.contains(NETWORK_FEATURE), SystemBuilder.qemu(configuration)),
                    List.of(ownLayer, programsLayer),
                    features,
                    notes);
        } catch (StoreException e) {
            throw new RebuildException(
                    RebuildException.Kind.STORE, "cannot put the machine together: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new RebuildException(RebuildException.Kind.STORE, "cannot put the machine together: " + e, e);
        }
    }

    private static List<FileTree> trees(List<ImageManifest> images, BuildCache cache) throws StoreException {
        Set<ObjectName> trees = new LinkedHashSet<>();
        // All that is a program's own before what is of the base: the base's files are the same in all.
        images.forEach(image -> trees.add(image.layers().get(0).tree()));
        images.forEach(image -> image.layers().forEach(layer -> trees.add(layer.tree())));
        List<FileTree> files = new ArrayList<>();
        for (ObjectName tree : trees) {
            files.add(cache.files(cache.layer(tree)));
        }
        return files;
    }

    /** A script with the program's own words and variables, which calls it by its path: its name may be this script's. */
    private static String command(ImageManifest image, Set<String> paths) {
        StringBuilder script = new StringBuilder("#!" + SHELL + "\n");
        image.run()
                .environment()
                .forEach((name, value) -> script.append("export ")
                        .append(name)
                        .append('=')
                        .append(quoted(value))
                        .append('\n'));
        script.append("exec");
        List<String> words = image.run().command();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            script.append(' ').append(quoted(i == 0 ? located(word, paths) : word));
        }
        return script.append(" \"$@\"\n").toString();
    }

    private static String located(String command, Set<String> paths) {
        if (command.contains("/")) {
            return command;
        }
        return FOLDERS.stream()
                .map(folder -> folder + "/" + command)
                .filter(paths::contains)
                .findFirst()
                .map(path -> "/" + path)
                .orElse(command);
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    private static MachineDescription description(
            String name, SystemUsers users, List<ImageManifest> images, boolean network, Optional<String> qemu) {
        SortedMap<String, MachineDescription.Account> accounts = new TreeMap<>();
        accounts.put("root", new MachineDescription.Account(0, 0, List.of(), "/root", path("root")));
        for (SystemUsers.User user : users.users()) {
            accounts.put(
                    user.name(),
                    new MachineDescription.Account(
                            user.id(), user.id(), users.groupIds(user), user.home(), path(user.name())));
        }
        return new MachineDescription(
                name,
                Math.max(
                        LEAST_MEMORY_MIB,
                        images.stream()
                                .mapToInt(image -> image.run().memoryMib())
                                .max()
                                .orElse(0)),
                images.stream().mapToInt(image -> image.run().cpus()).max().orElse(1),
                network,
                List.of(SHELL, "-l"),
                accounts,
                qemu);
    }

    private static String path(String user) {
        return "/" + COMMANDS + "/users/" + user + ":/" + COMMANDS
                + "/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    }
}
