package org.sourceos.cli.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Subcommand;
import org.sourceos.config.diagnostic.Suggestions;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.StoredItem;
import picocli.CommandLine.ParameterException;

/** What the commands below {@code sourceos store} share: the store, and how its things are named on the command line. */
abstract class StoreSubcommand extends Subcommand {
    /** What a ref's name ends with, and nobody types. */
    private static final Pattern KEY = Pattern.compile("-[0-9a-f]{12}$");

    StoreSubcommand(CommandContext context) {
        super(context);
    }

    /** The store that is there: who looks into one begins none, or a mistyped name would be an empty store, and sound. */
    final BuildCache open() throws StoreException {
        Path store = program().places().store();
        if (Files.notExists(store.resolve(".git"))) {
            throw new StoreException("there is no store in " + store
                    + "; `sourceos run` and `sourceos build` begin one, --store and SOURCEOS_STORE name another");
        }
        return BuildCache.open(store, context().knownStores(), context().cancellation());
    }

    /** The namespaces of a kind, or all; images first, because they are what people look for. */
    final List<StoreRef.Namespace> namespaces(@Nullable String kind) {
        if (kind == null) {
            return List.of(
                    StoreRef.Namespace.VMS,
                    StoreRef.Namespace.CHECKPOINTS,
                    StoreRef.Namespace.KERNELS,
                    StoreRef.Namespace.LAYERS,
                    StoreRef.Namespace.SOURCES);
        }
        try {
            return List.of(StoreRef.Namespace.valueOf(kind.toUpperCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec().commandLine(),
                    "there is no kind " + kind + "; there are vms, checkpoints, kernels, layers and sources");
        }
    }

    /**
     * What {@code name} means: a full ref, a ref without {@code refs/}, or the beginning of a name of which there is one
     * (the newest, where all that begin so are versions of one thing).
     */
    final StoredItem named(BuildCache cache, String name) throws StoreException {
        Optional<StoreRef> full = parse(name).or(() -> parse("refs/" + name));
        if (full.isPresent()) {
            Optional<StoredItem> item = cache.find(full.get());
            if (item.isPresent()) {
                return item.get();
            }
        }
        List<StoredItem> matching = new ArrayList<>();
        Set<String> names = new TreeSet<>();
        for (StoreRef.Namespace namespace : namespaces(null)) {
            List<StoredItem> all = cache.list(namespace);
            all.forEach(item -> names.add(KEY.matcher(item.ref().name()).replaceFirst("")));
            List<StoredItem> here = all.stream()
                    .filter(item -> item.ref().name().equals(name)
                            || item.ref().name().startsWith(name + "-")
                            || (name.length() >= 6 && item.ref().name().startsWith(name)))
                    .toList();
            if (!here.isEmpty() && matching.isEmpty()) {
                matching.addAll(here);
            }
        }
        return matching.stream()
                .max(java.util.Comparator.comparing(StoredItem::madeAt))
                .orElseThrow(() -> new StoreException("the store has nothing called " + name
                        + Suggestions.didYouMean(name, names)
                                .map(question -> ": " + question)
                                .orElse("")
                        + "; `sourceos store ls` lists what it has"));
    }

    private static Optional<StoreRef> parse(String fullName) {
        try {
            return StoreRef.parse(fullName);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
