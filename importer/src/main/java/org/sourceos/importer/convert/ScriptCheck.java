package org.sourceos.importer.convert;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the scripts of some packages are written for and call, and whether their machine has it. */
final class ScriptCheck {
    private static final int LONGEST_LINE = 256;
    private static final int LONGEST_SCRIPT = 256 << 10;
    private static final int MOST_LINKS = 8;
    private static final Pattern FIRST_LINE = Pattern.compile("#!\\s*(\\S+)(?:\\s+(?:-S\\s+)?(\\S+))?[^\\n]*\\n?");

    private final InstalledSystem system;
    private final List<InstalledPackage> inside;
    private Optional<Set<String>> paths = Optional.empty();
    private Optional<Set<String>> everywhere = Optional.empty();

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
        Matcher line = FIRST_LINE.matcher(text(file, LONGEST_LINE));
        if (!line.lookingAt()) {
            return Optional.empty();
        }
        String named = line.group(1);
        String argument = line.group(2);
        return Optional.of(named.endsWith("/env") && argument != null ? "/usr/bin/" + argument : named);
    }

    /** The beginning of a file, or of the one that a conversion put aside. */
    private String text(String file, int length) {
        String kept = file + Handover.KEPT;
        try (InputStream in = system.files().open(system.files().isFile(kept) ? kept : file)) {
            return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * Programs of every base that a package's shell scripts may call: those whose name is a word in one. Nothing but that
     * would bring them into a machine.
     */
    Set<String> called(List<InstalledPackage> binaries) {
        Set<String> words = words(binaries);
        Set<String> called = new TreeSet<>();
        if (!words.isEmpty()) {
            for (String path : everywhere()) {
                if (InstalledPackage.isProgram(path) && words.contains(path.substring(path.lastIndexOf('/') + 1))) {
                    called.add(path);
                }
            }
            if (words.contains("awk")) {
                called.add("/usr/bin/awk");
            }
        }
        return called;
    }

    /** What a package's shell scripts could call. */
    Set<String> words(List<InstalledPackage> binaries) {
        Set<String> words = new HashSet<>();
        for (InstalledPackage one : binaries) {
            for (String file : one.files()) {
                if (file.startsWith("/usr/share/doc/") || file.startsWith("/etc/") || !isShell(file)) {
                    continue;
                }
                text(file, LONGEST_SCRIPT)
                        .lines()
                        .filter(line -> !line.stripLeading().startsWith("#"))
                        .forEach(line -> words.addAll(List.of(line.split("[^A-Za-z0-9_.+-]+"))));
            }
        }
        return words;
    }

    private boolean isShell(String file) {
        boolean candidate = system.files()
                .status(file)
                .map(facts -> facts.isFile() && (facts.permissions() & 0111) != 0)
                .orElse(false);
        return candidate
                && interpreter(file)
                        .filter(name -> name.matches("(/usr)?/bin/(ba|da)?sh"))
                        .isPresent();
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
            at = target.get().startsWith("/") ? target.get() : at.substring(0, at.lastIndexOf('/') + 1) + target.get();
        }
        return false;
    }

    private Set<String> paths() {
        if (paths.isEmpty()) {
            Set<String> all = new HashSet<>(everywhere());
            inside.forEach(one -> one.files().forEach(file -> all.add(merged(file))));
            paths = Optional.of(all);
        }
        return paths.get();
    }

    /** What every base has: the Essential packages, which need an awk. */
    private Set<String> everywhere() {
        if (everywhere.isEmpty()) {
            Set<String> all = new HashSet<>();
            system.packages().values().stream()
                    .filter(one -> one.essential() || one.name().equals("mawk"))
                    .flatMap(one -> system.find(one.name()).stream())
                    .forEach(one -> one.files().forEach(file -> all.add(merged(file))));
            everywhere = Optional.of(all);
        }
        return everywhere.get();
    }

    private static String merged(String path) {
        return path.startsWith("/bin/") || path.startsWith("/sbin/") ? "/usr" + path : path;
    }
}
