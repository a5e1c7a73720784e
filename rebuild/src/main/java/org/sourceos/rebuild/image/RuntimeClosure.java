package org.sourceos.rebuild.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.sourceos.gitstore.tree.FileContent;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.gitstore.tree.TreePath;
import org.sourceos.rebuild.RebuildException;

/**
 * Selects what of a program's own layer, its dependencies' and the base it needs to run.
 *
 * <p>It begins with the program's own files, without documentation and what only building needs, and what the recipe
 * includes; and follows symbolic links, ELF interpreters and {@code NEEDED} libraries (as {@code ld.so(8)} looks for them)
 * and {@code #!} lines until nothing new comes up. A path that several layers have is the highest one's.
 */
final class RuntimeClosure {
    private static final List<Glob> NOT_AT_RUN_TIME = List.of(
                    "/usr/share/man",
                    "/usr/share/info",
                    "/usr/share/doc",
                    "/usr/share/gtk-doc",
                    "/usr/share/locale",
                    "/usr/share/aclocal",
                    "/usr/include",
                    "/usr/**/pkgconfig",
                    "/usr/lib/cmake",
                    "/usr/**/*.a",
                    "/usr/**/*.la")
            .stream()
            .map(Glob::of)
            .toList();
    private static final List<String> PROGRAM_FOLDERS =
            List.of("usr/local/sbin", "usr/local/bin", "usr/sbin", "usr/bin", "sbin", "bin");
    private static final Map<Integer, String> MULTIARCH =
            Map.of(3, "i386-linux-gnu", 62, "x86_64-linux-gnu", 183, "aarch64-linux-gnu", 243, "riscv64-linux-gnu");
    private static final int MOST_LINKS = 40;
    private static final int LONGEST_INTERPRETER_LINE = 256;
    private static final int LARGEST_ELF = 1 << 30;

    private final List<LayerIndex> layers;
    private final Consumer<String> warnings;
    // By identity: two layers may hold the same, and comparing thousands of entries at each look-up would cost seconds.
    private final Map<LayerIndex, Selection> selected = new IdentityHashMap<>();
    private final Set<TreePath> taken = new HashSet<>();
    private final Deque<Found> open = new ArrayDeque<>();
    private final Map<TreePath, List<String>> inheritedRpath = new LinkedHashMap<>();

    /** An entry and the layer that provides it. */
    private record Found(LayerIndex layer, FileEntry entry) {}

    /**
     * @param layers the program's own first, the base last
     * @param warnings told what may be a mistake but stops nothing
     */
    RuntimeClosure(List<LayerIndex> layers, Consumer<String> warnings) {
        this.layers = new ArrayList<>(layers);
        this.layers.add(Skeleton.index());
        this.warnings = warnings;
        this.layers.forEach(layer -> selected.put(layer, new Selection()));
    }

    /** What each layer contributes, in the order of the layers, the skeleton last. */
    List<Selection> select(RuntimeNeeds needs) throws RebuildException, IOException {
        LayerIndex skeleton = layers.get(layers.size() - 1);
        for (FileEntry entry : skeleton.entries().values()) {
            take(new Found(skeleton, entry));
        }
        takeOwn(needs);
        for (String glob : needs.include()) {
            if (!takeMatching(Glob.of(glob))) {
                throw failed(needs.name() + " includes " + glob + " at run time, but no file of " + layerNames()
                        + " matches it; correct [runtime] include");
            }
        }
        takeLocales(needs);
        takeTerminfo(needs);
        if (needs.certificates()) {
            TreePath bundle = TreePath.of("etc/ssl/certs/ca-certificates.crt");
            if (!require(bundle)) {
                throw failed(needs.name() + " asks for certificates, but /" + bundle + " is not in " + layerNames()
                        + "; add ca-certificates to the packages of the base");
            }
        }
        for (Found next = open.poll(); next != null; next = open.poll()) {
            scan(next, needs.name());
        }
        return layers.stream().map(this::selectionOf).toList();
    }

    private void takeOwn(RuntimeNeeds needs) {
        List<Glob> excluded = new ArrayList<>(NOT_AT_RUN_TIME);
        needs.exclude().forEach(glob -> excluded.add(Glob.of(glob)));
        for (LayerIndex layer : layers) {
            if (layer != layers.get(0) && !needs.whole().contains(layer.name())) {
                continue;
            }
            for (FileEntry entry : layer.entries().values()) {
                if (excluded.stream().noneMatch(glob -> glob.matches(entry.path()))) {
                    take(new Found(layer, entry));
                }
            }
        }
    }

    private boolean takeMatching(Glob glob) {
        boolean any = false;
        for (LayerIndex layer : layers) {
            for (FileEntry entry : layer.entries().values()) {
                if (!entry.path().isRoot() && glob.matches(entry.path())) {
                    any = true;
                    find(entry.path()).ifPresent(this::take);
                }
            }
        }
        return any;
    }

    private void takeLocales(RuntimeNeeds needs) throws RebuildException {
        for (String locale : needs.locales()) {
            // Where glibc keeps a locale: the codeset in lower case without punctuation; and gettext its translations.
            int dot = locale.indexOf('.');
            String language = dot < 0 ? locale : locale.substring(0, dot);
            String codeset = dot < 0
                    ? ""
                    : "."
                            + locale.substring(dot + 1)
                                    .toLowerCase(java.util.Locale.ROOT)
                                    .replaceAll("[^a-z0-9]", "");
            int underscore = language.indexOf('_');
            boolean any = takeMatching(Glob.of("/usr/lib/locale/" + language + codeset));
            any |= takeMatching(Glob.of("/usr/share/locale/" + language));
            any |= takeMatching(Glob.of("/usr/share/locale/" + locale));
            if (underscore > 0) {
                any |= takeMatching(Glob.of("/usr/share/locale/" + language.substring(0, underscore)));
            }
            if (!any) {
                throw failed(needs.name() + " asks for the locale " + locale + ", but there is neither /usr/lib/locale/"
                        + language + codeset + " nor a translation in " + layerNames()
                        + "; correct [runtime] locales or add locales-all to the packages of the base");
            }
        }
    }

    private void takeTerminfo(RuntimeNeeds needs) throws RebuildException {
        for (String terminal : needs.terminfo()) {
            if (terminal.isEmpty()) {
                continue;
            }
            boolean any = false;
            for (String folder : List.of("usr/share/terminfo", "usr/lib/terminfo", "lib/terminfo", "etc/terminfo")) {
                any |= require(TreePath.of(folder + "/" + terminal.charAt(0) + "/" + terminal));
            }
            if (!any) {
                throw failed(needs.name() + " asks for the terminal description " + terminal + ", which is not in "
                        + layerNames() + "; correct [runtime] terminfo or depend on a package that has it (ncurses)");
            }
        }
    }

    private Optional<Found> find(TreePath path) {
        for (LayerIndex layer : layers) {
            Optional<FileEntry> entry = layer.find(path);
            if (entry.isPresent()) {
                return Optional.of(new Found(layer, entry.get()));
            }
        }
        return Optional.empty();
    }

    private Selection selectionOf(LayerIndex layer) {
        Selection selection = selected.get(layer);
        if (selection == null) {
            throw new IllegalStateException("not a layer of this closure: " + layer.name());
        }
        return selection;
    }

    /** Selects an entry, once, and remembers to look into it. */
    private void take(Found found) {
        if (!taken.add(found.entry().path())) {
            return;
        }
        selectionOf(found.layer()).add(found.layer(), found.entry());
        open.add(found);
        if (found.entry().kind() instanceof FileKind.HardLink link) {
            found.layer().find(link.target()).ifPresent(target -> {
                selectionOf(found.layer()).add(found.layer(), target);
                taken.add(target.path());
                open.add(new Found(found.layer(), target));
            });
        }
    }

    /** Selects what is at {@code path} and every link on the way; false when nothing is there. */
    private boolean require(TreePath path) {
        List<Found> links = new ArrayList<>();
        Optional<Found> end = follow(path, links);
        end.ifPresent(found -> {
            links.forEach(this::take);
            take(found);
        });
        return end.isPresent();
    }

    /** Walks as the kernel does, name by name; {@code ..} of the root is the root. */
    private Optional<Found> follow(TreePath path, List<Found> links) {
        Deque<String> names = new ArrayDeque<>(List.of(text(path.toBytes()).split("/")));
        TreePath at = TreePath.ROOT;
        Optional<Found> found = Optional.empty();
        while (!names.isEmpty()) {
            String name = names.poll();
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                at = at.parent();
                found = find(at);
                continue;
            }
            TreePath next = at.child(bytes(name));
            found = find(next);
            if (found.isEmpty()) {
                return found;
            }
            if (found.get().entry().kind() instanceof FileKind.Symlink link) {
                links.add(found.get());
                if (links.size() > MOST_LINKS) {
                    return Optional.empty();
                }
                String target = text(link.target());
                if (target.startsWith("/")) {
                    at = TreePath.ROOT;
                }
                List<String> more = List.of(target.split("/"));
                for (int i = more.size() - 1; i >= 0; i--) {
                    names.addFirst(more.get(i));
                }
                found = find(at);
            } else {
                at = next;
            }
        }
        return found;
    }

    // Names are bytes; one char for each keeps them whole.
    private static String text(byte[] name) {
        return new String(name, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String latin(String utf8) {
        return text(utf8.getBytes(StandardCharsets.UTF_8));
    }

    private void scan(Found found, String program) throws RebuildException, IOException {
        FileKind kind = found.entry().kind();
        TreePath path = found.entry().path();
        if (kind instanceof FileKind.Symlink) {
            // A link that leads nowhere now may lead somewhere in the machine (/proc, /run): not for us to judge.
            require(path);
        } else if (kind instanceof FileKind.Regular regular) {
            byte[] beginning = beginning(regular.content());
            if (ElfFile.hasMagic(beginning) && regular.content().size() <= LARGEST_ELF) {
                Optional<ElfFile> elf = ElfFile.parse(all(regular.content()));
                if (elf.isPresent()) {
                    scanElf(found, elf.get(), program);
                }
            } else if (beginning.length > 2 && beginning[0] == '#' && beginning[1] == '!') {
                scanScript(path, beginning);
            }
        }
    }

    private void scanElf(Found found, ElfFile elf, String program) throws RebuildException {
        TreePath path = found.entry().path();
        if (elf.type() == ElfFile.Type.RELOCATABLE) {
            return;
        }
        if (elf.interpreter().isPresent() && !requireAbsolute(elf.interpreter().get())) {
            throw failed("/" + path + " of " + found.layer().name() + " is loaded by "
                    + elf.interpreter().get()
                    + ", which is not in " + layerNames() + "; link it statically, or exclude it from " + program
                    + " ([runtime] exclude)");
        }
        List<String> folders = new ArrayList<>();
        List<String> rpath = new ArrayList<>();
        if (elf.runpath().isEmpty()) {
            elf.rpath().forEach(folder -> rpath.add(expanded(folder, path)));
            rpath.addAll(inheritedRpath.getOrDefault(path, List.of()));
            folders.addAll(rpath);
        } else {
            elf.runpath().forEach(folder -> folders.add(expanded(folder, path)));
        }
        for (String library : elf.needed()) {
            if (!requireLibrary(library, folders, rpath, elf)) {
                throw failed("/" + path + " of " + found.layer().name() + " needs the library " + library
                        + ", which is not in " + layerNames() + "; add the package that has it to [dependencies] of "
                        + program + ", or exclude the file ([runtime] exclude)");
            }
        }
    }

    private static String expanded(String folder, TreePath file) {
        String origin = "/" + text(file.parent().toBytes());
        return latin(folder).replace("${ORIGIN}", origin).replace("$ORIGIN", origin);
    }

    private boolean requireLibrary(String library, List<String> folders, List<String> rpath, ElfFile elf) {
        if (library.contains("/")) {
            return requireAbsolute(library);
        }
        for (String folder : folders) {
            if (folder.startsWith("/") && requireLibraryAt(folder.substring(1) + "/" + latin(library), rpath, elf)) {
                return true;
            }
        }
        List<String> defaults = new ArrayList<>();
        String triplet = MULTIARCH.get(elf.machine());
        if (triplet != null) {
            defaults.addAll(List.of("usr/lib/" + triplet, "lib/" + triplet));
        }
        defaults.addAll(elf.is64() ? List.of("usr/lib", "lib", "usr/lib64", "lib64") : List.of("usr/lib", "lib"));
        // Layer by layer, not folder by folder: a dependency's library in /usr/lib is meant before the base's in a
        // multiarch folder.
        for (LayerIndex layer : layers) {
            for (String folder : defaults) {
                String place = folder + "/" + latin(library);
                if (layer.find(TreePath.of(bytes(place))).isPresent() && requireLibraryAt(place, rpath, elf)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean requireLibraryAt(String place, List<String> rpath, ElfFile elf) {
        List<Found> links = new ArrayList<>();
        Optional<Found> end = follow(clean(place), links);
        if (end.isEmpty() || !(isFor(end.get().entry(), elf))) {
            return false;
        }
        inheritedRpath.putIfAbsent(end.get().entry().path(), List.copyOf(rpath));
        links.forEach(this::take);
        take(end.get());
        return true;
    }

    /** Whether the file is a library of the same machine: others are passed over, as ld.so does. */
    private static boolean isFor(FileEntry entry, ElfFile user) {
        if (entry.kind() instanceof FileKind.HardLink) {
            return true;
        }
        if (!(entry.kind() instanceof FileKind.Regular regular)) {
            return false;
        }
        try (InputStream in = regular.content().open()) {
            byte[] header = in.readNBytes(20);
            boolean little = header.length == 20 && header[5] != 2;
            int machine = header.length < 20
                    ? -1
                    : little
                            ? (header[18] & 0xff) | (header[19] & 0xff) << 8
                            : (header[19] & 0xff) | (header[18] & 0xff) << 8;
            return ElfFile.hasMagic(header) && (header[4] == 2) == user.is64() && machine == user.machine();
        } catch (IOException e) {
            return false;
        }
    }

    private static TreePath clean(String place) {
        Deque<String> names = new ArrayDeque<>();
        for (String name : place.split("/")) {
            if (name.equals("..")) {
                names.pollLast();
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.addLast(name);
            }
        }
        return TreePath.of(bytes(String.join("/", names)));
    }

    private boolean requireAbsolute(String place) {
        return place.indexOf('\0') < 0 && require(clean(latin(place)));
    }

    /** {@code execve(2)}: the interpreter and at most one argument; with env(1), the argument names the program meant. */
    private void scanScript(TreePath path, byte[] beginning) {
        String line = text(beginning).split("\n", 2)[0].substring(2).strip();
        String[] words = line.split("[ \t]+", 3);
        if (words[0].isEmpty() || words[0].indexOf('\0') >= 0) {
            return;
        }
        boolean there = require(clean(words[0]));
        if (there && words.length > 1 && words[0].endsWith("/env")) {
            String[] meant = line.split("[ \t]+");
            String program = meant[1].equals("-S") && meant.length > 2 ? meant[2] : meant[1];
            there = program.indexOf('\0') < 0
                    && PROGRAM_FOLDERS.stream().anyMatch(folder -> require(clean(folder + "/" + program)));
        }
        if (!there) {
            warnings.accept("the script /" + path + " will not run: " + line + " is not in " + layerNames()
                    + "; exclude it ([runtime] exclude), or add what it needs");
        }
    }

    private static byte[] beginning(FileContent content) throws IOException {
        try (InputStream in = content.open()) {
            return in.readNBytes(LONGEST_INTERPRETER_LINE);
        }
    }

    private static byte[] all(FileContent content) throws IOException {
        try (InputStream in = content.open()) {
            return in.readAllBytes();
        }
    }

    private String layerNames() {
        return String.join(
                ", ",
                layers.subList(0, layers.size() - 1).stream()
                        .map(LayerIndex::name)
                        .toList());
    }

    private static RebuildException failed(String message) {
        return new RebuildException(RebuildException.Kind.BUILD_FAILED, message);
    }
}
