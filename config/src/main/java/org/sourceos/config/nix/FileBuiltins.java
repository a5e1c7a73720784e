package org.sourceos.config.nix;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.sourceos.config.nix.SourceIo.FileType;

/** What an evaluation may read, all of it through {@link SourceIo}. */
final class FileBuiltins {
    private FileBuiltins() {}

    static void define(Globals to) {
        to.function("import", 1, (in, a, site) -> in.files.importFile(path(in, a[0])));
        to.function("scopedImport", 2, FileBuiltins::scopedImport);
        to.function("readFile", 1, (in, a, site) -> {
            String path = path(in, a[0]);
            String bytes = Bytes.of(in.files.read(path));
            if (bytes.indexOf('\0') >= 0) {
                throw new EvalError(
                        EvalError.Kind.FILE,
                        "the contents of the file '" + path + "' cannot be represented as a Nix string");
            }
            return new NixString(bytes);
        });
        to.function("readDir", 1, (in, a, site) -> {
            SortedMap<String, FileType> entries = in.files.list(path(in, a[0]));
            AttrsBuilder attrs = new AttrsBuilder(entries.size());
            entries.forEach((name, type) -> attrs.put(in.symbols.of(Bytes.of(name)), named(type)));
            return attrs.build();
        });
        to.function("readFileType", 1, (in, a, site) -> named(in.files.typeOfExisting(path(in, a[0]))));
        to.function("pathExists", 1, FileBuiltins::pathExists);
        to.function("findFile", 2, FileBuiltins::findFile);
        to.function("toPath", 1, (in, a, site) -> new NixString(path(in, a[0])));
        to.function(
                "getEnv",
                1,
                (in, a, site) -> new NixString(Bytes.of(
                        in.settings.machine().environment().getOrDefault(Bytes.toUnicode(Args.plain(in, a[0])), ""))));
    }

    private static NixValue named(FileType type) {
        return new NixString(type.name().toLowerCase(Locale.ROOT));
    }

    /** A path, or what can be read as an absolute one. */
    static String path(Interp in, NixValue argument) {
        NixValue value = argument.force(in);
        if (value instanceof NixPath path) {
            return path.bytes;
        }
        NixString text = in.coerceToString(value, false, false);
        if (!text.bytes.startsWith("/")) {
            throw Files.error("string '" + text.bytes + "' doesn't represent an absolute path");
        }
        if (!text.context.isEmpty()) {
            throw StorePaths.unsupported("a path of the store");
        }
        return NixPath.canonical("/", text.bytes);
    }

    private static NixValue pathExists(Interp in, NixValue[] a, Expr site) {
        NixValue value = a[0].force(in);
        boolean directory =
                value instanceof NixString string && (string.bytes.endsWith("/") || string.bytes.endsWith("/."));
        Optional<FileType> type = directory
                ? in.files.typeFollowed(path(in, value)).filter(t -> t == FileType.DIRECTORY)
                : in.files.type(path(in, value));
        return NixBool.of(type.isPresent());
    }

    /** As {@code import}, with further names that are visible everywhere in the file. */
    private static NixValue scopedImport(Interp in, NixValue[] a, Expr site) {
        String path = path(in, a[1]);
        NixAttrs names = Args.attrs(in, a[0]);
        Source source = in.files.source(in.files.resolveToFile(path));
        Map<Symbol, Integer> slots = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            slots.put(names.shape.keys[i], i);
        }
        Env env = new Env.Slots(Env.ROOT, Arrays.copyOf(names.values, names.size()));
        return in.parse(source, in.rootScope().inner(slots)).eval(in, env);
    }

    static NixValue findFile(Interp in, NixValue[] a, Expr site) {
        NixList list = Args.list(in, a[0]);
        List<SearchEntry> entries = new ArrayList<>(list.size());
        for (NixValue raw : list) {
            entries.add(entry(in, Args.attrs(in, raw)));
        }
        String name = Args.plain(in, a[1]);
        for (SearchEntry entry : entries) {
            Optional<String> candidate = entry.candidate(name)
                    .filter(c -> in.files.typeFollowed(entry.directory()).isPresent())
                    .filter(c -> in.files.type(c).isPresent());
            if (candidate.isPresent()) {
                return new NixPath(candidate.get());
            }
        }
        throw new EvalError(
                EvalError.Kind.THROWN,
                "file '" + name + "' was not found in the Nix search path (add it using $NIX_PATH or -I)");
    }

    private static SearchEntry entry(Interp in, NixAttrs attrs) {
        NixValue given = attrs.find(in.symbols.prefix);
        String prefix = given == null ? "" : Args.plain(in, given);
        NixValue target = Args.attribute(in, attrs, in.symbols.path).force(in);
        return new SearchEntry(
                prefix,
                target instanceof NixPath path
                        ? path.bytes
                        : NixPath.canonical(
                                Bytes.of(in.settings.habits().directory()),
                                in.coerceToString(target, false, false).bytes));
    }

    /** Where names are looked up: those in a directory, or with a prefix that stands for it. */
    private record SearchEntry(String prefix, String directory) {
        Optional<String> candidate(String name) {
            if (prefix.isEmpty()) {
                return Optional.of(NixPath.canonical(directory, name));
            }
            boolean within = name.equals(prefix) || name.startsWith(prefix + "/");
            return within
                    ? Optional.of(NixPath.canonical("/", directory + name.substring(prefix.length())))
                    : Optional.empty();
        }
    }
}
