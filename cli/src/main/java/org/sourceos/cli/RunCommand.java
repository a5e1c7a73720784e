package org.sourceos.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.progress.Progress;
import org.sourceos.cli.secret.SecretCommand;
import org.sourceos.cli.template.Launches;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.gitstore.generation.GenerationManifest;
import org.sourceos.gitstore.generation.Generations;
import org.sourceos.gitstore.generation.MachineSettings;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.launcher.AccelProbe;
import org.sourceos.launcher.ImageFiles;
import org.sourceos.launcher.LaunchContext;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.RunOptions;
import org.sourceos.launcher.VmSpecs;
import org.sourceos.launcher.files.FileGrants;
import org.sourceos.launcher.guest.GuestProgram;
import org.sourceos.launcher.guest.GuestSecret;
import org.sourceos.launcher.limit.LimitHost;
import org.sourceos.launcher.limit.LimitedStart;
import org.sourceos.launcher.limit.Limits;
import org.sourceos.launcher.machine.StartSettings;
import org.sourceos.launcher.qemu.AccelChoice;
import org.sourceos.launcher.qemu.PortForward;
import org.sourceos.launcher.qemu.QemuCommandLine;
import org.sourceos.launcher.qemu.QemuProgram;
import org.sourceos.launcher.qemu.Share;
import org.sourceos.launcher.qemu.TscFrequency;
import org.sourceos.launcher.qemu.VmSpec;
import org.sourceos.launcher.secret.SecretFiles;
import org.sourceos.launcher.template.Launchable;
import org.sourceos.launcher.template.ReadyProgram;
import org.sourceos.launcher.template.Templates;
import org.sourceos.rebuild.Rebuild;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.plan.BuildPlan;
import org.sourceos.rebuild.system.Profile;
import org.sourceos.rebuild.system.Switcher;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code run NAME}: from the name of a program to its exit status. */
@Command(
        name = "run",
        header = "Run a program in a machine of its own, building what is missing first.",
        customSynopsis = "run [OPTIONS] NAME [LONG OPTIONS] [--] [ARGUMENTS]",
        description = {
            "Standard input, output and error, the terminal, Ctrl-C and the exit status are the program's.",
            "Options go before NAME; long ones may follow it directly. All further words are the program's own.",
            "Ctrl-] three times within a second kills a machine that does not answer.",
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit status: the program's; 125 SourceOS failed, 126 not executable,",
            "127 not found in the machine, 128 + n if signal n ended it.",
            "",
            "Examples:",
            "  run hello",
            "  run nano notes.txt          only the folder of notes.txt is shared",
            "  echo '[1,2]' | run jq -c 'map(.+1)'",
            "  run -v ./data:/data:ro --command sh busybox -c 'ls /data'",
            "  run -d --name=web --restart=on-failure httpd",
            "  run --cpu-quota=50%% --memory-max=300M --pids-limit=64 jq .",
            "  run --dry-run hello         the plan, and the QEMU command",
        })
final class RunCommand implements Callable<Integer> {
    private final CommandContext context;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private SourceOs parent;

    @Parameters(index = "0", paramLabel = "NAME", description = "a package, or the path of a recipe")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String name;

    @Parameters(index = "1..*", paramLabel = "ARGUMENTS", description = "the program's own")
    private List<String> arguments = List.of();

    @Option(
            names = {"-e", "--env"},
            paramLabel = "KEY[=VALUE]",
            description = "a variable for the program; without a value, the caller's")
    private List<String> environment = List.of();

    @Option(
            names = {"-v", "--volume"},
            paramLabel = "HOST:GUEST[:ro]",
            description = "share a folder with the machine")
    private List<String> volumes = List.of();

    @Option(
            names = {"-p", "--publish"},
            paramLabel = "[IP:]HOST:GUEST",
            description = "forward a TCP port of the host (127.0.0.1 unless IP says otherwise)")
    private List<String> ports = List.of();

    @Option(
            names = {"-w", "--workdir"},
            paramLabel = "DIR",
            description = "where the program runs, in the machine")
    private @Nullable String workdir;

    @Option(
            names = "--secret",
            paramLabel = "NAME=FILE",
            description = "what only the program is to know: FILE (perhaps *.age) as /run/secrets/NAME")
    private List<String> secrets = List.of();

    @Option(names = "--command", paramLabel = "PROGRAM", description = "run this instead of the recipe's command")
    private @Nullable String command;

    @Option(names = "--cpus", paramLabel = "N", description = "processors of the machine")
    private @Nullable Integer cpus;

    @Option(names = "--mem", paramLabel = "SIZE", description = "memory of the machine: 256M, 2G")
    private @Nullable String memory;

    @Option(
            names = "--network",
            paramLabel = "KIND",
            description = "none, or user: out as this user, in only through -p")
    private @Nullable String network;

    @Option(
            names = "--accel",
            paramLabel = "KIND",
            description = "auto (KVM where a probe shows that it works), kvm or tcg (also SOURCEOS_ACCEL)")
    private @Nullable String accel;

    @Option(
            names = "--boot-timeout",
            paramLabel = "SECONDS",
            description = "give a guest that is not up by then up (default: 30)")
    private @Nullable Integer bootTimeout;

    @Option(
            names = "--tty",
            negatable = true,
            description = "a terminal for the program (default: if input and output are one)")
    private @Nullable Boolean tty;

    @Option(
            names = "--no-template",
            description = "boot the machine even if there is a template of it (also SOURCEOS_TEMPLATES=never)")
    private boolean noTemplate;

    @Option(names = SourceOs.MAKE_TEMPLATE, hidden = true) // `template make`
    private boolean makeTemplate;

    @Option(
            names = {"--with-profile", "--vim-mode", "--input-domain", "--keyboard"},
            hidden = true)
    private @Nullable String notYet;

    @Mixin
    private DetachOptions detaching = new DetachOptions();

    @Mixin
    private LimitOptions limiting = new LimitOptions();

    @Mixin
    private BuildOptions building = new BuildOptions();

    RunCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        if (notYet != null) {
            throw new UsageException(
                    "--with-profile, --vim-mode, --input-domain and --keyboard are not in this version yet");
        }
        Wanted wanted = Wanted.of(context, name, building.features);
        // What the user typed is checked before minutes are spent on building.
        Limits.of(options(List.of()).limits());
        detaching.check(context);
        List<Share> shares = shares();
        AccelChoice choice = AccelChoices.of(context, accel);
        try (Workbench workbench = Workbench.of(context, parent.places(), wanted.recipeFolders())) {
            return call(wanted, workbench, shares, choice);
        }
    }

    private int call(Wanted wanted, Workbench workbench, List<Share> shares, AccelChoice choice) throws Exception {
        if (building.explain) {
            var explanations = workbench.rebuild().explain(wanted.request());
            context.out()
                    .print(building.json ? PlanText.explanationJson(explanations) + "\n" : PlanText.of(explanations));
            return ExitCode.DONE.status();
        }
        Optional<Generation> active = active(workbench);
        Optional<Deployed> deployed = deployed(wanted, workbench, active);
        BuildPlan plan = building.dryRun && deployed.isEmpty()
                ? workbench.rebuild().plan(List.of(wanted.request()))
                : new BuildPlan(List.of());
        if (building.dryRun && !plan.toDo().isEmpty()) {
            printPlan(plan, List.of());
            return ExitCode.DONE.status();
        }
        try (Progress progress = building.progress(context)) {
            ImageManifest image = deployed.isPresent() ? deployed.get().image() : built(wanted, workbench, progress);
            Optional<MachineOptions> configured = deployed.flatMap(Deployed::machine)
                    .map(settings ->
                            new MachineOptions(settings, workbench.places().config()));
            if (configured.isPresent()) {
                shares.addAll(configured.get().mounts());
            }
            List<GuestSecret> known = secrets(secretFiles(configured), workbench.places());
            MachineAssembly assembly = new MachineAssembly(context, workbench.places(), workbench.cache());
            FileGrants grants = FileGrants.decide(image.run().files(), arguments, context.directory(), home(), shares);
            ImageFiles files = assembly.files(image, grants.shares().size(), detaching.asked());
            grants.warnings().forEach(warning -> context.err().println("sourceos: " + warning));
            LaunchContext launch = MachineAssembly.launch(context, workbench.places(), bootTimeout);
            QemuProgram qemu = new QemuChoice(context, workbench.cache())
                    .of(active.flatMap(generation -> generation.manifest().qemu()));
            AccelProbe.Verdict verdict = assembly.accel(choice, qemu, files, launch);
            RunOptions line = options(grants.shares());
            RunOptions options = configured.isPresent() ? configured.get().with(line) : line;
            VmSpec spec = VmSpecs.machine(image, files, options, verdict.accel(), TscFrequency.ofHost())
                    .by(qemu);
            if (building.dryRun) {
                printPlan(
                        plan,
                        QemuCommandLine.arguments(
                                spec,
                                workbench.places().runtime().resolve("control"),
                                workbench.places().runtime().resolve("qmp")));
                return ExitCode.DONE.status();
            }
            progress.close();
            AccelChoices.tell(context, verdict);
            Launches launches = Launches.of(context, workbench.places());
            if (detaching.asked()) {
                int status = detach(
                        image,
                        spec,
                        options,
                        secretFiles(configured),
                        grants,
                        launches.starting(workbench.places(), noTemplate, bootTimeout));
                launches.wantTemplate(spec, launch, noTemplate);
                return status;
            }
            return makeTemplate
                    ? makeTemplate(image, spec, options, known, grants, launch, launches)
                    : run(image, spec, options, known, grants, launch, launches, progress);
        }
    }

    private ImageManifest built(Wanted wanted, Workbench workbench, Progress progress) throws RebuildException {
        return workbench
                .rebuild()
                .build(
                        wanted.request(),
                        new Rebuild.Options(2, building.keepFailed, building.offline, false, false),
                        progress.listener(),
                        context.cancellation());
    }

    /** The generation that counts, or is tried. */
    private Optional<Generation> active(Workbench workbench) throws RebuildException {
        Path state = workbench.places().state();
        Profile profile = new Profile(state, context.library().resolve("sourceos"));
        return new Switcher(new Generations(workbench.cache()), profile, state, context.clock()).active();
    }

    /** What the active system means by the name: nothing is looked up, planned or built for it. */
    private Optional<Deployed> deployed(Wanted wanted, Workbench workbench, Optional<Generation> active)
            throws StoreException {
        if (!wanted.recipeFolders().isEmpty() || building.features != null) {
            return Optional.empty();
        }
        Optional<String> user = Optional.ofNullable(context.environment().get("USER"));
        Optional<GenerationManifest.Program> program = active.flatMap(
                generation -> generation.manifest().program(wanted.request().name(), user));
        return active.isPresent() && program.isPresent()
                ? Optional.of(new Deployed(
                        new Generations(workbench.cache()).image(active.get(), program.get()),
                        program.get().machine()))
                : Optional.empty();
    }

    /** What the system that counts has under a name. */
    private record Deployed(ImageManifest image, Optional<MachineSettings> machine) {}

    /** Read before anything is started, for a machine without its secrets is of no use. */
    private List<GuestSecret> secrets(SortedMap<String, Path> files, Places places) throws LaunchException {
        return files.isEmpty() ? List.of() : new SecretFiles(SecretCommand.identity(context, places)).read(files);
    }

    private SortedMap<String, Path> secretFiles(Optional<MachineOptions> configured) throws UsageException {
        SortedMap<String, Path> files = new TreeMap<>();
        configured.ifPresent(machine -> files.putAll(machine.secrets()));
        for (String secret : secrets) {
            int equals = secret.indexOf('=');
            if (equals < 1 || !GuestSecret.isName(secret.substring(0, equals))) {
                throw new UsageException("--secret " + (equals < 0 ? secret : secret.substring(0, equals))
                        + ": write --secret NAME=FILE, with letters, digits and . _ - for NAME");
            }
            files.put(
                    secret.substring(0, equals),
                    context.directory().resolve(secret.substring(equals + 1)).normalize());
        }
        return files;
    }

    private int run(
            ImageManifest image,
            VmSpec spec,
            RunOptions options,
            List<GuestSecret> known,
            FileGrants grants,
            LaunchContext launch,
            Launches launches,
            Progress progress)
            throws IOException, LaunchException {
        GuestRun guest = new GuestRun(context, tty);
        Launchable[] wanted = {Launchable.of(spec)};
        LimitHost host =
                LimitHost.ofHost(launch.processes(), note -> context.err().println("sourceos: " + note));
        try (LimitedStart limited = new LimitedStart(VmSpecs.limits(image, options), spec, host, launch)) {
            return guest.run(
                    program -> {
                        wanted[0] = launchable(image, spec, program, options, known, guest.onTerminal());
                        return limited.start(telling -> launches.start(wanted[0], telling, noTemplate));
                    },
                    term -> program(image, options, grants, term),
                    known,
                    took -> {
                        progress.machineReady(image.name(), took);
                        launches.launched(wanted[0], launch);
                    });
        }
    }

    private GuestProgram program(ImageManifest image, RunOptions options, FileGrants grants, Optional<String> term)
            throws IOException, LaunchException {
        Optional<String> directory = Optional.ofNullable(workdir).or(grants::directory);
        return VmSpecs.program(image, options, MachineAssembly.user(context), directory, term);
    }

    /** With its program, where that may be saved after its start: it has nothing that only this launch gives it. */
    private Launchable launchable(
            ImageManifest image,
            VmSpec spec,
            GuestProgram program,
            RunOptions options,
            List<GuestSecret> known,
            boolean onTerminal) {
        boolean plain = options.arguments().isEmpty()
                && options.command().isEmpty()
                && environment.isEmpty()
                && known.isEmpty();
        return new Launchable(
                spec,
                image.run().ready().filter(ready -> plain).map(ready -> new ReadyProgram(program, onTerminal, ready)));
    }

    private int makeTemplate(
            ImageManifest image,
            VmSpec spec,
            RunOptions options,
            List<GuestSecret> known,
            FileGrants grants,
            LaunchContext launch,
            Launches launches)
            throws IOException, LaunchException {
        GuestRun guest = new GuestRun(context, tty);
        GuestProgram program = program(image, options, grants, guest.term());
        return makeTemplate(
                image.name(),
                launches.make(launchable(image, spec, program, options, known, guest.onTerminal()), launch));
    }

    private int makeTemplate(String image, Templates.Made made) {
        if (building.json) {
            JsonObject object = new JsonObject();
            object.addProperty("name", image);
            object.addProperty("result", made.name().toLowerCase(Locale.ROOT));
            context.out().println(object);
        } else {
            context.err()
                    .println("sourceos: "
                            + switch (made) {
                                case MADE -> "made a template of " + image;
                                case PRESENT -> "there is a template of " + image + " already";
                                case BUSY -> "another process makes a template at this moment; try again";
                                case TOO_LARGE ->
                                    "a template of " + image
                                            + " takes more room than all may; allow more, for instance SOURCEOS_TEMPLATES_SIZE=2G";
                            });
        }
        boolean there = made == Templates.Made.MADE || made == Templates.Made.PRESENT;
        return (there ? ExitCode.DONE : ExitCode.FAILED).status();
    }

    private int detach(
            ImageManifest image,
            VmSpec spec,
            RunOptions options,
            SortedMap<String, Path> secretFiles,
            FileGrants grants,
            StartSettings starting)
            throws Exception {
        boolean onTerminal = Boolean.TRUE.equals(tty);
        Optional<String> directory = Optional.ofNullable(workdir).or(grants::directory);
        Optional<String> term =
                onTerminal ? Optional.of(context.environment().getOrDefault("TERM", "vt100")) : Optional.empty();
        GuestProgram program = VmSpecs.program(image, options, MachineAssembly.user(context), directory, term);
        context.out()
                .println(detaching.start(
                        context,
                        parent.places(),
                        image,
                        spec,
                        program,
                        secretFiles,
                        onTerminal,
                        VmSpecs.limits(image, options),
                        starting));
        return ExitCode.DONE.status();
    }

    private void printPlan(BuildPlan plan, List<String> qemu) {
        if (building.json) {
            JsonObject object = new JsonObject();
            object.add("steps", PlanText.json(plan));
            if (!qemu.isEmpty()) {
                JsonArray words = new JsonArray();
                qemu.forEach(words::add);
                object.add("qemu", words);
            }
            context.out().println(object);
            return;
        }
        context.out().print(PlanText.of(plan));
        if (qemu.isEmpty()) {
            context.out().println("(the QEMU command is known once everything is built)");
        } else {
            context.out()
                    .println(String.join(
                            " ", qemu.stream().map(RunCommand::quoted).toList()));
        }
    }

    /** As a shell would take it. */
    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:=,+@%-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    private RunOptions options(List<Share> granted) throws UsageException, LaunchException {
        List<PortForward> forwards = new ArrayList<>();
        for (String port : ports) {
            forwards.add(PortForward.parse(port));
        }
        return new RunOptions(
                arguments,
                command == null ? List.of() : List.of(command),
                environment(),
                memory == null ? OptionalInt.empty() : OptionalInt.of(LimitOptions.mebibytes("--mem", memory)),
                cpus == null ? OptionalInt.empty() : OptionalInt.of(positive("--cpus", cpus)),
                Optional.ofNullable(network),
                forwards,
                granted,
                limiting.limits());
    }

    private List<Share> shares() throws LaunchException {
        List<Share> shares = new ArrayList<>();
        for (String volume : volumes) {
            Share share = Share.parse(volume, context.directory());
            if (!Files.isDirectory(share.host())) {
                throw new LaunchException("cannot share " + volume + ": " + share.host()
                        + (Files.exists(share.host()) ? " is not a folder" : " does not exist")
                        + "; name a folder, or make it first");
            }
            shares.add(share);
        }
        return shares;
    }

    private SortedMap<String, String> environment() throws UsageException {
        SortedMap<String, String> variables = new TreeMap<>();
        for (String entry : environment) {
            int equals = entry.indexOf('=');
            String key = equals < 0 ? entry : entry.substring(0, equals);
            if (!key.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                throw new UsageException("-e " + entry + ": not a variable; write -e KEY=VALUE");
            }
            String value = equals < 0 ? context.environment().get(key) : entry.substring(equals + 1);
            if (value != null) {
                variables.put(key, value);
            }
        }
        return variables;
    }

    private static int positive(String option, int value) throws UsageException {
        if (value < 1) {
            throw new UsageException(option + " must be at least 1, not " + value);
        }
        return value;
    }

    private Path home() {
        return context.directory().resolve(context.environment().getOrDefault("HOME", "/"));
    }
}
