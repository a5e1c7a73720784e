package org.sourceos.rebuild.debian;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.sourceos.config.debian.SourceEntry;
import org.sourceos.config.options.ConfigValue;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Directories;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.RebuildException.Kind;
import org.sourceos.rebuild.apt.AptState;
import org.sourceos.rebuild.base.Mmdebstrap;
import org.sourceos.rebuild.base.SuiteSources;
import org.sourceos.rebuild.progress.StepListener;

/**
 * Makes the Debian system that {@code system.debian} of a configuration describes, as a folder or an archive: its packages from
 * the machine's apt sources, then accounts, files, units and all else.
 */
public final class DebianRootMaker {
    private static final String NOTE = "sourceos-note: ";
    private static final String STEP = "debian root";

    /** Also the name that apply.sh removes it under. */
    private static final String PINS = "sourceos-export-pins";

    private final AptState apt;
    private final Path state;
    private final ProcessRunner runner;
    private final Clock clock;

    /**
     * @param apt a state of all the machine's sources
     * @param state for a private apt state; made when missing
     */
    public DebianRootMaker(AptState apt, Path state, ProcessRunner runner, Clock clock) {
        this.apt = apt;
        this.state = state;
        this.runner = runner;
        this.clock = clock;
    }

    /**
     * Makes it.
     *
     * @param configuration checked
     * @param folder the configuration's, which paths in it are relative to
     * @param target what is to appear, whole or not at all: an archive where its name ends as one's, otherwise a folder
     * @param scratch an empty folder of the caller's
     * @return what is not as the configuration has it, a line for each
     */
    public List<String> make(
            ConfigValue.Fields configuration,
            Path folder,
            Path target,
            Path scratch,
            StepListener listener,
            Cancellation cancellation)
            throws RebuildException, IOException {
        ConfigValue.Fields debian = configuration.in("system").in("debian");
        String suite = debian.text("codename")
                .orElseThrow(() -> new RebuildException(
                        Kind.UNUSABLE,
                        "the configuration describes no Debian system: system.debian.codename is not set; `sourceos import"
                                + " --from-debian` writes such a description"));
        List<SourceEntry> sources = SuiteSources.find("the Debian system", suite, apt, listener, STEP, cancellation);
        List<String> differences = new ArrayList<>();
        List<String> packages = packages(debian, sources, scratch, listener, cancellation, differences);
        cancellation.throwIfCancelled();

        Description description =
                new Description(configuration, folder, new Lists(scratch.resolve("apply"), differences), differences);
        description.write();
        script("apply.sh", scratch.resolve("apply/apply.sh"), "rw-r--r--");
        Files.writeString(scratch.resolve("answers"), description.answers());
        hook(scratch.resolve("pin"), "cp \"$here/" + PINS + "\" \"$1/etc/apt/preferences.d/\"");
        hook(scratch.resolve("answer"), "chroot \"$1\" debconf-set-selections < \"$here/answers\"");
        hook(
                scratch.resolve("apply-it"),
                "mkdir \"$1/sourceos-export\"\ncp -R \"$here/apply/.\" \"$1/sourceos-export/\"\n"
                        + "chroot \"$1\" sh /sourceos-export/apply.sh");

        // It ends as the target does, for that says what kind of archive it is.
        Path unfinished = target.resolveSibling(".unfinished-" + target.getFileName());
        Directories.remove(unfinished);
        List<String> arguments = new ArrayList<>(List.of(
                "--variant=required",
                "--format=auto",
                "--skip=output/dev,output/mknod",
                "--aptopt=APT::Install-Recommends \"true\"",
                "--aptopt=Acquire::Languages \"none\"",
                "--setup-hook=" + scratch.resolve("pin"),
                "--essential-hook=" + scratch.resolve("answer"),
                "--customize-hook=" + scratch.resolve("apply-it")));
        if (!packages.isEmpty()) {
            arguments.add("--include=" + String.join(",", packages));
        }
        try {
            new Mmdebstrap(runner)
                    .run(
                            "cannot make the Debian system",
                            new Mmdebstrap.Request(
                                    arguments, suite, sources, apt.settings(listener, cancellation), unfinished),
                            scratch,
                            line -> heed(line, differences, listener),
                            cancellation);
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Directories.remove(unfinished);
        }
        return List.copyOf(differences);
    }

    private static void heed(String line, List<String> differences, StepListener listener) {
        if (line.startsWith(NOTE)) {
            differences.add(line.substring(NOTE.length()));
        } else {
            listener.output(STEP, line);
        }
    }

    /** As apt's arguments: in the version that is described where it is still offered. */
    private List<String> packages(
            ConfigValue.Fields debian,
            List<SourceEntry> sources,
            Path scratch,
            StepListener listener,
            Cancellation cancellation,
            List<String> differences)
            throws RebuildException, IOException {
        AptState chosen = AptState.ofSources(state.resolve("lists"), apt.host(), sources, new byte[0], runner, clock);
        Offered offered = Offered.by(chosen, Files.createDirectory(scratch.resolve("indexes")), listener, cancellation);
        String native_ = debian.text("architecture").orElse("amd64");
        List<String> arguments = new ArrayList<>();
        StringBuilder pins = new StringBuilder();
        ConfigValue.Fields packages = debian.in("packages");
        for (String name : packages.values().keySet()) {
            ConfigValue.Fields wanted = packages.in(name);
            String version = wanted.text("version").orElse("");
            String architecture = wanted.text("architecture").orElse(native_);
            if (!architecture.equals(native_)) {
                differences.add(name + ":" + architecture + " is for another architecture; install it by hand");
            } else if (offered.has(name, version)) {
                arguments.add(name + "=" + version);
                if (!offered.isNewest(name, version)) {
                    // apt(8) takes the newest of what the named ones need, which older ones may not fit.
                    offered.builtWith(name, version)
                            .forEach(binary -> pins.append("Package: ")
                                    .append(binary.name())
                                    .append("\nPin: version ")
                                    .append(binary.version())
                                    .append("\nPin-Priority: 995\n\n"));
                }
            } else if (offered.has(name)) {
                arguments.add(name);
                if (!version.isEmpty()) {
                    differences.add(name + " " + version + " is not offered any more; the newest was taken");
                }
            } else {
                differences.add(name + " is not offered by this machine's apt sources for Debian; it was left out");
            }
        }
        Files.writeString(scratch.resolve(PINS), pins);
        return arguments;
    }

    private static void hook(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\nset -e\nhere=$(dirname \"$0\")\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void script(String resource, Path to, String mode) throws IOException {
        try (InputStream in = DebianRootMaker.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("the program has lost its " + resource);
            }
            Files.write(to, in.readAllBytes());
        }
        Files.setPosixFilePermissions(to, PosixFilePermissions.fromString(mode));
    }
}
