package org.sourceos.rebuild.system;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sourceos.config.options.ConfigValue;
import org.sourceos.rebuild.plan.SettingInputs;

/**
 * The settings of a package as its build and its program are given them.
 *
 * @param variables each as a text: of a list an element a line, of a file the path at which the build and the program find it,
 *     of a package its name
 * @param files what is to be at those paths (without the first slash), relative to the configuration
 * @param packages those that are named
 * @param withoutEffect names of settings that are nothing of this, sorted
 */
public record PackageSettings(
        SortedMap<String, String> variables,
        SortedMap<String, String> files,
        SortedSet<String> packages,
        List<String> withoutEffect) {
    private static final String PLACE = "usr/share/sourceos/";

    public PackageSettings {
        variables = Collections.unmodifiableSortedMap(new TreeMap<>(variables));
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
        packages = Collections.unmodifiableSortedSet(new TreeSet<>(packages));
        withoutEffect = List.copyOf(withoutEffect);
    }

    static PackageSettings of(String packageName, ConfigValue.Fields settings) {
        SortedMap<String, String> variables = new TreeMap<>();
        SortedMap<String, String> files = new TreeMap<>();
        SortedSet<String> packages = new TreeSet<>();
        List<String> withoutEffect = new ArrayList<>();
        settings.values().forEach((name, value) -> {
            Reading reading = new Reading();
            Optional<String> text = reading.text(value, PLACE + packageName + '/' + name);
            if (text.isPresent()) {
                variables.put(name, text.get());
                files.putAll(reading.files);
                packages.addAll(reading.packages);
            } else {
                withoutEffect.add(name);
            }
        });
        return new PackageSettings(variables, files, packages, withoutEffect);
    }

    SettingInputs inputs(Path folder) {
        return new SettingInputs(folder, files, packages);
    }

    /** One setting, with what it names. */
    private static final class Reading {
        private final SortedMap<String, String> files = new TreeMap<>();
        private final SortedSet<String> packages = new TreeSet<>();

        Optional<String> text(ConfigValue value, String place) {
            if (value instanceof ConfigValue.Text string) {
                return Optional.of(string.value());
            } else if (value instanceof ConfigValue.Flag flag) {
                return Optional.of(Boolean.toString(flag.value()));
            } else if (value instanceof ConfigValue.Whole number) {
                return Optional.of(Long.toString(number.value()));
            } else if (value instanceof ConfigValue.Real number) {
                return Optional.of(Double.toString(number.value()));
            } else if (value instanceof ConfigValue.FilePath file) {
                String at = place + '/' + name(file.path());
                files.put(at, file.path());
                return Optional.of('/' + at);
            } else if (value instanceof ConfigValue.Package named
                    && named.settings().values().isEmpty()) {
                packages.add(named.name());
                return Optional.of(named.name());
            } else if (value instanceof ConfigValue.Elements list) {
                return lines(list.values(), place);
            }
            return Optional.empty();
        }

        private Optional<String> lines(List<ConfigValue> values, String place) {
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < values.size(); i++) {
                // Two elements may have one name.
                Optional<String> line = text(values.get(i), place + '/' + (i + 1));
                if (line.isEmpty()) {
                    return line;
                }
                lines.add(line.get());
            }
            return Optional.of(String.join("\n", lines));
        }

        /** What programs see of it: the name it has in the configuration, for that may say what it is. */
        private static String name(String path) {
            Path name = Path.of(path).normalize().getFileName();
            return name == null || name.toString().isEmpty() || name.toString().equals("..")
                    ? "files"
                    : name.toString();
        }
    }
}
