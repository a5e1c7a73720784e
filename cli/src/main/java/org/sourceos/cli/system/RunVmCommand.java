package org.sourceos.cli.system;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.AccelChoices;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.GuestRun;
import org.sourceos.cli.MachineAssembly;
import org.sourceos.cli.QemuChoice;
import org.sourceos.cli.UsageException;
import org.sourceos.cli.User;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.launcher.AccelProbe;
import org.sourceos.launcher.LaunchContext;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.MicroVm;
import org.sourceos.launcher.guest.GuestProgram;
import org.sourceos.launcher.guest.GuestUser;
import org.sourceos.launcher.qemu.Network;
import org.sourceos.launcher.qemu.PortForward;
import org.sourceos.launcher.qemu.QemuProgram;
import org.sourceos.launcher.qemu.RootMode;
import org.sourceos.launcher.qemu.Share;
import org.sourceos.launcher.qemu.TscFrequency;
import org.sourceos.launcher.qemu.VmSpec;
import org.sourceos.rebuild.system.MachineDescription;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sourceos-rebuild run-vm}: what {@code run-NAME-vm} calls. */
@Command(
        name = "run-vm",
        hidden = true,
        header = "Start a machine that build-vm made.",
        customSynopsis = "run-NAME-vm [OPTIONS] [-- PROGRAM [ARGUMENTS]]",
        description = "Without a program, a shell. The exit status is the program's.",
        mixinStandardHelpOptions = true)
final class RunVmCommand extends SystemSubcommand {
    @Option(names = "--machine", required = true, paramLabel = "DIR", description = "what build-vm made", hidden = true)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path machine;

    @Parameters(arity = "0..*", paramLabel = "PROGRAM", description = "what to run instead of a shell")
    private List<String> words = List.of();

    @Option(
            names = "--user",
            paramLabel = "NAME",
            defaultValue = "root",
            description = "a user of the configuration (default: ${DEFAULT-VALUE})")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String user;

    @Option(names = "--mem", paramLabel = "MIB", description = "memory of the machine")
    private @Nullable Integer memory;

    @Option(names = "--cpus", paramLabel = "N", description = "processors of the machine")
    private @Nullable Integer cpus;

    @Option(
            names = {"-v", "--volume"},
            paramLabel = "HOST:GUEST[:ro]",
            description = "share a folder with the machine")
    private List<String> volumes = List.of();

    @Option(
            names = {"-p", "--publish"},
            paramLabel = "[IP:]HOST:GUEST",
            description = "forward a TCP port of the host")
    private List<String> ports = List.of();

    @Option(names = "--accel", paramLabel = "KIND", description = "auto, kvm or tcg (also SOURCEOS_ACCEL)")
    private @Nullable String accel;

    @Option(
            names = "--boot-timeout",
            paramLabel = "SECONDS",
            description = "give a guest that is not up by then up (default: 30)")
    private @Nullable Integer bootTimeout;

    @Option(names = "--tty", negatable = true, description = "a terminal (default: if input and output are one)")
    private @Nullable Boolean tty;

    RunVmCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        MachineFolder folder = MachineFolder.open(context().directory().resolve(machine));
        MachineDescription description = folder.description();
        MachineDescription.Account account = description.accounts().get(user);
        if (account == null) {
            throw new UsageException("the machine has no user " + user + "; it has "
                    + String.join(", ", description.accounts().keySet()));
        }
        LaunchContext launch = MachineAssembly.launch(context(), places(), bootTimeout);
        // Open to the end: it holds our own QEMU where that runs the machine. Nothing else is of the store.
        try (BuildCache cache = BuildCache.open(places().store(), context().cancellation())) {
            QemuProgram qemu = new QemuChoice(context(), cache).of(description.qemu());
            return run(folder, account, launch, qemu);
        }
    }

    private int run(MachineFolder folder, MachineDescription.Account account, LaunchContext launch, QemuProgram qemu)
            throws Exception {
        MachineDescription description = folder.description();
        AccelProbe.Verdict verdict = new AccelProbe(launch, places().state(), qemu)
                .decide(
                        AccelChoices.of(context(), accel),
                        folder.kernel(),
                        folder.initramfs(),
                        User.uid(),
                        context().cancellation());
        AccelChoices.tell(context(), verdict);
        VmSpec spec = new VmSpec(
                description.name(),
                folder.kernel(),
                folder.initramfs(),
                folder.disks(),
                RootMode.OVERLAYFS,
                memory == null ? description.memoryMib() : Math.max(1, memory),
                cpus == null ? description.cpus() : Math.max(1, cpus),
                network(description),
                shares(),
                verdict.accel(),
                qemu,
                TscFrequency.ofHost());
        spec.check();
        return new GuestRun(context(), tty)
                .run(
                        program -> MicroVm.start(spec, launch, context().cancellation()),
                        term -> program(description, account, term),
                        List.of(),
                        took -> {});
    }

    private GuestProgram program(
            MachineDescription description, MachineDescription.Account account, Optional<String> term) {
        SortedMap<String, String> environment = new TreeMap<>();
        environment.put("PATH", account.path());
        environment.put("HOME", account.home());
        environment.put("USER", user);
        environment.put("LOGNAME", user);
        environment.put("LANG", "C.UTF-8");
        term.ifPresent(value -> environment.put("TERM", value));
        return new GuestProgram(
                words.isEmpty() ? description.console() : words,
                environment,
                Optional.empty(),
                new GuestUser(account.uid(), account.gid(), account.groups(), user, account.home()),
                description.name());
    }

    private Network network(MachineDescription description) throws LaunchException {
        if (!description.network()) {
            if (!ports.isEmpty()) {
                throw new LaunchException("cannot forward port " + ports.get(0)
                        + ": no program of the configuration has a" + " network, and so the machine's kernel has none");
            }
            return new Network.None();
        }
        List<PortForward> forwards = new ArrayList<>();
        for (String port : ports) {
            forwards.add(PortForward.parse(port));
        }
        return new Network.User(forwards);
    }

    private List<Share> shares() throws LaunchException, UsageException {
        List<Share> shares = new ArrayList<>();
        for (String volume : volumes) {
            Share share = Share.parse(volume, context().directory());
            if (!Files.isDirectory(share.host())) {
                throw new UsageException("cannot share " + volume + ": " + share.host() + " is no folder");
            }
            shares.add(share);
        }
        return shares;
    }
}
