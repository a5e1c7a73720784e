package org.sourceos.gitstore.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.sourceos.gitstore.Digest;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.StoreException;

class ImageManifestTest {
    private static final Arbitrary<String> TEXT = Arbitraries.strings().ofMaxLength(20);
    private static final Arbitrary<Digest> DIGEST = TEXT.map(Digest::of);
    private static final Arbitrary<ObjectName> TREE =
            DIGEST.map(digest -> new ObjectName(digest.hex().substring(0, 40)));

    @Provide
    Arbitrary<ImageManifest> manifests() {
        Arbitrary<ImageManifest.LayerPart> layer = Combinators.combine(
                        TEXT, TREE, DIGEST, Arbitraries.longs().greaterOrEqual(0))
                .as(ImageManifest.LayerPart::new);
        Arbitrary<ImageManifest.KernelPart> kernel = Combinators.combine(
                        DIGEST, TEXT, TEXT.list().ofMaxSize(3), TREE, DIGEST)
                .as(ImageManifest.KernelPart::new);
        Arbitrary<ImageManifest.RunDefaults> run = Combinators.combine(
                        TEXT.list().ofMaxSize(3),
                        Arbitraries.maps(TEXT, TEXT).ofMaxSize(3),
                        TEXT,
                        TEXT.list().ofMaxSize(2),
                        Arbitraries.integers().between(1, 1 << 20),
                        Arbitraries.integers().between(1, 64),
                        TEXT,
                        TEXT)
                .as((command, environment, network, devices, memory, cpus, root, files) ->
                        new ImageManifest.RunDefaults(
                                command, new TreeMap<>(environment), network, devices, memory, cpus, root, files));
        return Combinators.combine(
                        TEXT, TEXT, DIGEST, kernel, layer.list().ofMinSize(1).ofMaxSize(4), run)
                .as(ImageManifest::new);
    }

    @Property(tries = 200)
    void whatWasWrittenIsReadTheSame(@ForAll("manifests") ImageManifest manifest) throws StoreException {
        ImageManifest read = ImageManifest.fromJson(manifest.toJson());

        assertThat(read).isEqualTo(manifest);
        assertThat(read.toJson()).isEqualTo(manifest.toJson()).endsWith("}\n");
    }

    @Property(tries = 400)
    void brokenTextIsRefusedWithAMessage(
            @ForAll("manifests") ImageManifest manifest, @ForAll int at, @ForAll char with, @ForAll boolean cut) {
        StringBuilder text = new StringBuilder(manifest.toJson());
        int place = Math.floorMod(at, text.length());
        text.setCharAt(place, with);
        if (cut) {
            text.setLength(place);
        }
        try {
            ImageManifest.fromJson(text.toString());
        } catch (StoreException e) {
            assertThat(e.getMessage()).contains("manifest");
        }
    }

    @Property(tries = 200)
    void garbageIsRefusedWithAMessage(@ForAll String text) {
        assertThatThrownBy(() -> ImageManifest.fromJson(text)).isInstanceOf(StoreException.class);
    }

    @Example
    void aNewerSchemaIsRefused() {
        assertThatThrownBy(() -> ImageManifest.fromJson("{\"schema\": 2}"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("has schema 2");
    }
}
