package org.sourceos.cli.language.instantiate;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;

/** The settings that Nix has, each of which is an option of its programs. */
final class NixSettings {
    enum Kind {
        SWITCH,
        VALUE,
        LIST
    }

    private final Map<String, Kind> kinds;

    private NixSettings(Map<String, Kind> kinds) {
        this.kinds = Map.copyOf(kinds);
    }

    static NixSettings load() {
        Map<String, Kind> kinds = new HashMap<>();
        InputStream resource =
                Objects.requireNonNull(NixSettings.class.getResourceAsStream("settings.txt"), "settings.txt");
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    String[] words = line.split(" ");
                    kinds.put(words[1], Kind.valueOf(words[0].toUpperCase(java.util.Locale.ROOT)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new NixSettings(kinds);
    }

    boolean has(String name) {
        return kinds.containsKey(name) || (name.startsWith("extra-") && kinds.get(name.substring(6)) == Kind.LIST);
    }

    /** How many words follow an option such as {@code --cores} or {@code --no-fallback}; empty when it is no setting's. */
    OptionalInt words(String option) {
        if (!option.startsWith("--")) {
            return OptionalInt.empty();
        }
        String name = option.substring(2);
        Kind kind = kinds.get(name);
        if (kind != null) {
            return OptionalInt.of(kind == Kind.SWITCH ? 0 : 1);
        }
        if (name.startsWith("no-") && kinds.get(name.substring(3)) == Kind.SWITCH) {
            return OptionalInt.of(0);
        }
        return has(name) ? OptionalInt.of(1) : OptionalInt.empty();
    }
}
