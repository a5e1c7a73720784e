package org.sourceos.cli.store;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.StoredItem;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sourceos store show}. */
@Command(
        name = "show",
        header = "Show one thing of the store: what it is, what it was made from, its files.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  sourceos store show hello",
            "  sourceos store show hello --provenance",
            "  sourceos store show refs/layers/ncurses-4f1c… --files",
        })
final class StoreShowCommand extends StoreSubcommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "a ref, or the beginning of a name; the newest that matches")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String name;

    @Option(names = "--provenance", description = "the recipe, keys, sources and tools it was made from (JSON)")
    private boolean provenance;

    @Option(names = "--manifest", description = "an image's manifest (JSON)")
    private boolean manifest;

    @Option(names = "--json", description = "what it is, as JSON; of an image with its manifest")
    private boolean json;

    @Option(names = "--files", description = "every file with mode, owner and size")
    private boolean files;

    StoreShowCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        try (BuildCache cache = open()) {
            StoredItem item = named(cache, name);
            if (provenance || manifest) {
                String document = manifest ? "manifest.json" : "provenance.json";
                Optional<byte[]> content = cache.read(item.tree(), document);
                if (content.isEmpty()) {
                    context().err().println("sourceos: " + item.ref() + " has no " + document);
                    return ExitCode.FAILED.status();
                }
                context().out().write(content.get());
                return ExitCode.DONE.status();
            }
            Optional<byte[]> image = cache.read(item.tree(), "manifest.json");
            if (json) {
                context().out().println(json(item, image));
                return ExitCode.DONE.status();
            }
            context().out().println(item.ref());
            context().out().println("commit  " + item.commit());
            context().out().println("made    " + item.madeAt());
            item.message().strip().lines().forEach(line -> context().out().println("        " + line));
            if (image.isPresent()) {
                describe(ImageManifest.fromJson(new String(image.get(), StandardCharsets.UTF_8)));
            }
            if (files) {
                listFiles(cache, item, image);
            }
        }
        return ExitCode.DONE.status();
    }

    private static JsonObject json(StoredItem item, Optional<byte[]> image) {
        JsonObject object = new JsonObject();
        object.addProperty("ref", item.ref().fullName());
        object.addProperty("commit", item.commit().hex());
        object.addProperty("made_at", item.madeAt().toString());
        object.addProperty("title", item.message().lines().findFirst().orElse(""));
        image.ifPresent(manifest ->
                object.add("manifest", JsonParser.parseString(new String(manifest, StandardCharsets.UTF_8))));
        return object;
    }

    private void describe(ImageManifest image) {
        context()
                .out()
                .println("kernel  " + image.kernel().version() + "  "
                        + image.kernel().digest().abbreviated() + "  "
                        + (image.kernel().features().isEmpty()
                                ? "no features"
                                : String.join(" ", image.kernel().features())));
        for (ImageManifest.LayerPart layer : image.layers()) {
            context()
                    .out()
                    .println("layer   " + layer.name() + "  " + layer.digest().abbreviated() + "  "
                            + Sizes.text(layer.bytes()));
        }
        context()
                .out()
                .println("runs    " + String.join(" ", image.run().command()) + "  ("
                        + image.run().memoryMib() + " MiB, network "
                        + image.run().network() + ", files "
                        + image.run().files() + ")");
    }

    private void listFiles(BuildCache cache, StoredItem item, Optional<byte[]> image) throws Exception {
        if (image.isPresent()) {
            ImageManifest manifestOfImage = ImageManifest.fromJson(new String(image.get(), StandardCharsets.UTF_8));
            for (ImageManifest.LayerPart layer : manifestOfImage.layers()) {
                context().out().println("--- " + layer.name());
                cache.files(cache.layer(layer.tree())).visit(this::line);
            }
            return;
        }
        var layer = cache.subtree(item.tree(), "layer");
        if (layer.isPresent()) {
            cache.files(cache.layer(layer.get())).visit(this::line);
        }
    }

    private void line(FileEntry entry) {
        FileKind kind = entry.kind();
        String type = "?";
        String rest = "";
        if (kind instanceof FileKind.Directory) {
            type = "d";
        } else if (kind instanceof FileKind.Regular regular) {
            type = "-";
            rest = Long.toString(regular.content().size());
        } else if (kind instanceof FileKind.Symlink) {
            type = "l";
        } else if (kind instanceof FileKind.HardLink) {
            type = "h";
        } else if (kind instanceof FileKind.Device device) {
            type = device.character() ? "c" : "b";
            rest = device.major() + "," + device.minor();
        } else if (kind instanceof FileKind.Fifo) {
            type = "p";
        }
        String target = "";
        if (kind instanceof FileKind.Symlink link) {
            target = " -> " + new String(link.target(), StandardCharsets.UTF_8);
        } else if (kind instanceof FileKind.HardLink link) {
            target = " = /" + link.target();
        }
        context()
                .out()
                .printf(
                        "%s%04o %5d:%-5d %10s /%s%s%n",
                        type,
                        entry.metadata().mode(),
                        entry.metadata().uid(),
                        entry.metadata().gid(),
                        rest,
                        entry.path(),
                        target);
    }
}
