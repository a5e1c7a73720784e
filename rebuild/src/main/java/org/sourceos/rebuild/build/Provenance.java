package org.sourceos.rebuild.build;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.rebuild.base.Base;
import org.sourceos.rebuild.plan.BuildKey;

/** {@code provenance.json}: where a layer or an image comes from. What it says is for people and {@code --explain}. */
public final class Provenance {
    private static final int SCHEMA = 1;
    private static final Set<String> TOOLCHAIN =
            Set.of("binutils", "bison", "cpp", "flex", "g++", "gcc", "libc6-dev", "linux-libc-dev", "make");

    private final JsonObject json = new JsonObject();

    private Provenance() {}

    /** The common part: what it is, its key and what went into that. */
    public static Provenance of(String kind, String name, String version, BuildKey key) {
        Provenance provenance = new Provenance();
        provenance.json.addProperty("schema", SCHEMA);
        provenance.json.addProperty("kind", kind);
        provenance.json.addProperty("name", name);
        provenance.json.addProperty("version", version);
        provenance.json.addProperty("key", key.digest().hex());
        provenance.json.add("inputs", key.inputs().toJson());
        return provenance;
    }

    public Provenance with(String name, String value) {
        json.addProperty(name, value);
        return this;
    }

    public Provenance with(String name, JsonElement value) {
        json.add(name, value);
        return this;
    }

    /** What a build took and gave. */
    public Provenance with(BuildInputs inputs, BuildResult result) {
        JsonObject source = new JsonObject();
        source.addProperty("location", inputs.of().spec().source().location().text());
        source.addProperty("sha256", inputs.source().pin().sha256());
        inputs.source().pin().version().ifPresent(version -> source.addProperty("version", version));
        inputs.source().pin().exact().ifPresent(exact -> source.addProperty("exact", exact));
        json.add("source", source);
        with(inputs.base());
        json.addProperty("release", result.release());
        json.addProperty("log_sha256", result.log().hex());
        return this;
    }

    public Provenance with(Base base) {
        JsonObject of = new JsonObject();
        of.addProperty("name", base.name());
        of.addProperty("sha256", base.pin().sha256());
        json.add("base", of);
        JsonObject toolchain = new JsonObject();
        toolchain(base).forEach(toolchain::addProperty);
        json.add("toolchain", toolchain);
        return this;
    }

    private static SortedMap<String, String> toolchain(Base base) {
        SortedMap<String, String> versions = new TreeMap<>();
        for (String installed : base.pin().packages()) {
            int equals = installed.indexOf('=');
            String name = equals < 0 ? installed : installed.substring(0, equals);
            if (TOOLCHAIN.contains(name) || name.matches("(gcc|g\\+\\+|cpp)-[0-9]+")) {
                versions.put(name, equals < 0 ? "" : installed.substring(equals + 1));
            }
        }
        return versions;
    }

    public byte[] toBytes() {
        String text = new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .create()
                        .toJson((JsonElement) json) + "\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
