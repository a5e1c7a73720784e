package org.sourceos.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.StoredItem;
import org.sourceos.launcher.qemu.QemuProgram;

/**
 * Which QEMU runs machines: {@code SOURCEOS_QEMU}, or else {@code system.qemu} of the configuration, or else our own if it is
 * built, or else the installed one.
 */
public final class QemuChoice {
    private static final String VARIABLE = "SOURCEOS_QEMU";
    private static final String PACKAGE = "qemu-";
    private static final String OURS = PACKAGE + "[0-9a-f]{12}";

    private final CommandContext context;
    private final BuildCache cache;

    public QemuChoice(CommandContext context, BuildCache cache) {
        this.context = context;
        this.cache = cache;
    }

    /**
     * @param setting what the configuration says: {@code slim}, {@code debian} or a path
     * @throws UsageException when our own is wanted and not built, or a path leads nowhere
     */
    public QemuProgram of(Optional<String> setting) throws StoreException, UsageException {
        String wanted = Optional.ofNullable(context.environment().get(VARIABLE))
                .filter(value -> !value.isEmpty())
                .or(() -> setting)
                .orElse("");
        switch (wanted) {
            case "debian":
                return QemuProgram.installed();
            case "":
                return ours().orElse(QemuProgram.installed());
            case "slim":
                return ours().orElseThrow(() -> new UsageException(
                        "system.qemu or " + VARIABLE + " wants our own QEMU, which is not built: sourceos build qemu"));
            default:
                Path program = context.directory().resolve(wanted);
                if (!Files.isExecutable(program)) {
                    throw new UsageException(
                            "system.qemu or " + VARIABLE + " names " + program + ", which is no program");
                }
                return new QemuProgram(program.toString(), Optional.empty());
        }
    }

    /** The one built last. */
    private Optional<QemuProgram> ours() throws StoreException {
        List<StoredItem> built = new ArrayList<>();
        for (StoreRef ref : cache.refs(StoreRef.Namespace.LAYERS, PACKAGE)) {
            if (ref.name().matches(OURS)) {
                cache.find(ref).ifPresent(built::add);
            }
        }
        Optional<StoredItem> newest = built.stream().max(Comparator.comparing(StoredItem::madeAt));
        Optional<ObjectName> layer =
                newest.isPresent() ? cache.subtree(newest.get().tree(), "layer") : Optional.empty();
        return layer.isPresent()
                ? Optional.of(QemuProgram.in(cache.checkout(List.of(cache.layer(layer.get())), context.cancellation())))
                : Optional.empty();
    }
}
