package org.sourceos.rebuild;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sourceos.config.base.BaseSpec;
import org.sourceos.config.lock.LockFile;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.tree.ListTree;
import org.sourceos.gitstore.tree.TarTree;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.base.Base;
import org.sourceos.rebuild.base.BaseProvider;
import org.sourceos.rebuild.progress.StepListener;

/** A base made of packages that this Debian machine has installed: as real as one from an archive, and needs no network. */
final class HostAsBase implements BaseProvider {
    private static final List<String> WANTED = List.of(
            "binutils",
            "bash",
            "coreutils",
            "dash",
            "diffutils",
            "findutils",
            "gcc",
            "grep",
            "libc6-dev",
            "make",
            "mawk",
            "patch",
            "sed",
            "tar");

    private final Base base;

    private final StoredLayer nothing;

    private HostAsBase(Base base, StoredLayer nothing) {
        this.base = base;
        this.nothing = nothing;
    }

    static HostAsBase ingest(BuildCache cache, Path temp) throws Exception {
        ProcessRunner runner = new ProcessRunner();
        Cancellation never = new Cancellation();
        Map<String, String> depends = new HashMap<>();
        String all =
                runner.output(Command.of("dpkg-query", "-W", "-f", "${Package}\t${Pre-Depends}, ${Depends}\\n"), never);
        all.lines().forEach(line -> depends.put(line.split("\t", 2)[0], line.split("\t", 2)[1]));
        TreeSet<String> closure = new TreeSet<>();
        Deque<String> open = new ArrayDeque<>(WANTED);
        while (!open.isEmpty()) {
            String name = open.poll().strip().split("[ :(]", 2)[0];
            if (depends.containsKey(name) && closure.add(name)) {
                for (String alternative : String.valueOf(depends.get(name)).split("[,|]")) {
                    open.add(alternative);
                }
            }
        }
        List<String> command = new ArrayList<>(List.of("dpkg", "-L"));
        command.addAll(closure);
        TreeSet<String> files = new TreeSet<>(List.of(
                "./bin",
                "./sbin",
                "./lib",
                "./lib64",
                "./etc/alternatives",
                "./etc/alternatives/awk",
                "./etc/alternatives/cc",
                "./usr/bin/awk",
                "./usr/bin/cc"));
        runner.output(Command.of(command), never)
                .lines()
                .filter(path -> path.startsWith("/") && !path.equals("/."))
                .filter(path -> !path.startsWith("/usr/share/doc") && !path.startsWith("/usr/share/man"))
                .filter(path -> Files.exists(Path.of(path)))
                .filter(path ->
                        !Files.isSymbolicLink(Path.of("/" + path.substring(1).split("/")[0]))
                                || path.indexOf('/', 1) > 0)
                .forEach(path -> files.add("." + (merged(path) ? "/usr" + path : path)));
        Path list = temp.resolve("base.list");
        Files.writeString(list, String.join("\n", files) + "\n");
        Path tar = temp.resolve("base.tar");
        runner.output(
                Command.of("tar", "-C", "/", "--no-recursion", "-cf", tar.toString(), "-T", list.toString()), never);
        StoredLayer layer = cache.ingest(TarTree.of(tar), never);
        Files.delete(tar);
        Base base =
                new Base("debian-12", new LockFile.BasePin(layer.digest().hex(), List.of("gcc=12", "make=4")), layer);
        return new HostAsBase(base, cache.ingest(ListTree.of(List.of()), never));
    }

    private static boolean merged(String path) {
        return path.matches("/(bin|sbin|lib|lib32|lib64|libx32)/.*");
    }

    @Override
    public Base obtain(
            BaseSpec spec,
            Optional<LockFile.BasePin> pin,
            StepListener listener,
            String step,
            Cancellation cancellation) {
        return base;
    }

    @Override
    public Optional<Base> stored(BaseSpec spec, LockFile.BasePin pin) {
        return Optional.of(base).filter(b -> b.pin().sha256().equals(pin.sha256()));
    }

    @Override
    public DebLayer debs(
            Base of,
            BaseSpec spec,
            List<String> packages,
            LockFile lock,
            StepListener listener,
            String step,
            Cancellation cancellation)
            throws RebuildException {
        return storedDebs(of, packages, lock)
                .orElseThrow(() ->
                        new RebuildException(RebuildException.Kind.FETCH_FAILED, "no packages here: " + packages));
    }

    @Override
    public Optional<DebLayer> storedDebs(Base of, List<String> packages, LockFile lock) {
        return Optional.of(new DebLayer(nothing, new TreeMap<>()))
                .filter(layer -> List.of("gcc", "make").containsAll(packages));
    }
}
