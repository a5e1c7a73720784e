package org.sourceos.importer.convert;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether a machine of some packages has what their scripts are written for. */
final class ScriptCheck {
    private static final int LONGEST_LINE = 256;
    private static final int MOST_LINKS = 8;
    private static final Pattern FIRST_LINE = Pattern.compile("#!\\s*(\\S+)(?:\\s+(?:-S\\s+)?(\\S+))?[^\\n]*\\n?");

    private final InstalledSystem system;
    private final List<InstalledPackage> inside;
    private Optional<Set<String>> paths = Optional.empty();

    ScriptCheck(InstalledSystem system, List<InstalledPackage> binaries, List<InstalledPackage> others) {
        this.system = system;
        this.inside = new ArrayList<>(binaries);
        inside.addAll(others);
    }

    /** The interpreter that a script asks for and neither they nor every base have; empty for all else. */
    Optional<String> missing(String file) {
        return interpreter(file).filter(name -> !isInside(name));
    }

    private Optional<String> interpreter(String file) {
        byte[] beginning;
        try (InputStream in = system.files().open(file)) {
            beginning = in.readNBytes(LONGEST_LINE);
        } catch (IOException e) {
            return Optional.empty();
        }
        Matcher line = FIRST_LINE.matcher(new String(beginning, StandardCharsets.ISO_8859_1));
        if (!line.lookingAt()) {
            return Optional.empty();
        }
        String named = line.group(1);
        String argument = line.group(2);
        return Optional.of(named.endsWith("/env") && argument != null ? "/usr/bin/" + argument : named);
    }

    /** By its path, or what a link there leads to: alternatives are no files of a package. */
    private boolean isInside(String interpreter) {
        String at = interpreter;
        for (int links = 0; links < MOST_LINKS; links++) {
            if (paths().contains(merged(at))) {
                return true;
            }
            Optional<String> target = system.files().link(at);
            if (target.isEmpty()) {
                return false;
            }
            at = target.get().startsWith("/")
                    ? target.get()
                    : at.substring(0, at.lastIndexOf('/') + 1) + target.get();
        }
        return false;
    }

    private Set<String> paths() {
        if (paths.isEmpty()) {
            Set<String> all = new HashSet<>();
            inside.forEach(one -> one.files().forEach(file -> all.add(merged(file))));
            system.packages().values().stream()
                    .filter(one -> one.essential() || one.priority().equals("required"))
                    .flatMap(one -> system.find(one.name()).stream())
                    .forEach(one -> one.files().forEach(file -> all.add(merged(file))));
            paths = Optional.of(all);
        }
        return paths.get();
    }

    private static String merged(String path) {
        return path.startsWith("/bin/") || path.startsWith("/sbin/") ? "/usr" + path : path;
    }
}
