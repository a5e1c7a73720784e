package org.sourceos.cli.system;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.MachineAssembly;
import org.sourceos.cli.MachineOptions;
import org.sourceos.cli.Places;
import org.sourceos.cli.ServiceRequiredException;
import org.sourceos.cli.UsageException;
import org.sourceos.cli.machine.KeptMachines;
import org.sourceos.cli.template.Launches;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.Digest;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.gitstore.generation.GenerationManifest.Program;
import org.sourceos.gitstore.generation.Generations;
import org.sourceos.gitstore.generation.MachineSettings;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.host.Cancellation;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.RunOptions;
import org.sourceos.launcher.VmSpecs;
import org.sourceos.launcher.guest.GuestProgram;
import org.sourceos.launcher.machine.MachineRequest;
import org.sourceos.launcher.machine.MachineStatus;
import org.sourceos.launcher.machine.Machines;
import org.sourceos.launcher.machine.RestartPolicy;
import org.sourceos.launcher.qemu.VmSpec;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.system.Follower;
import org.sourceos.rebuild.system.WantedProgram;

/**
 * The machines with {@code autostart}: they run as long as the generation that has them is active. The resident service looks
 * after them. One whose image or settings a switch does not change goes on running.
 */
final class SystemMachines implements Follower {
    /** The owner of one of ours is this, and what it was made of. */
    private static final String OWNER = "system/";

    private static final Duration TIME_TO_STOP = Duration.ofSeconds(10);

    private final CommandContext context;
    private final Places places;
    private final BuildCache cache;

    SystemMachines(CommandContext context, Places places, BuildCache cache) {
        this.context = context;
        this.places = places;
        this.cache = cache;
    }

    /** A machine that shall run, and what shows that it is still the same. */
    record Wanted(Program program, MachineSettings settings) {
        /** By names: everybody's, and those of this user. */
        static SortedMap<String, Wanted> of(Optional<Generation> active, Optional<String> user) {
            SortedMap<String, Wanted> wanted = new TreeMap<>();
            if (active.isPresent()) {
                for (Program program : active.get().manifest().programs()) {
                    boolean ours = program.user().isEmpty() || program.user().equals(user);
                    boolean own = program.user().isPresent() || !wanted.containsKey(program.name());
                    program.machine()
                            .filter(machine -> machine.autostart() && ours && own)
                            .ifPresent(machine -> wanted.put(program.name(), new Wanted(program, machine)));
                }
            }
            return wanted;
        }

        String owner() {
            return OWNER + Digest.of(program.image() + "\n" + settings).abbreviated();
        }
    }

    /** Machines with {@code autostart} that nobody starts: of users whose account the service has not. */
    static List<WantedProgram> ofOthers(List<WantedProgram> programs, CommandContext context) {
        Optional<String> user = Optional.ofNullable(context.environment().get("USER"));
        return programs.stream()
                .filter(program -> program.user().isPresent() && !program.user().equals(user))
                .filter(program -> program.machine()
                        .filter(machine -> machine.settings().autostart())
                        .isPresent())
                .toList();
    }

    private SortedMap<String, Wanted> wanted(Optional<Generation> active) {
        return Wanted.of(active, Optional.ofNullable(context.environment().get("USER")));
    }

    @Override
    public void ready(Optional<Generation> next) throws RebuildException {
        if (context.resident().isEmpty()
                && (!wanted(next).isEmpty() || !running().isEmpty())) {
            throw new ServiceRequiredException();
        }
    }

    /** Those of ours that run, or will again by themselves. */
    private List<MachineStatus> running() throws RebuildException {
        try {
            return Machines.read(places.runtime(), places.state()).stream()
                    .filter(machine -> machine.owner().startsWith(OWNER) && machine.isLive())
                    .toList();
        } catch (IOException e) {
            throw failed("the machines that run cannot be looked at: " + e.getMessage(), e);
        }
    }

    /** What does not run as the active generation says, each with why; for `status`. */
    List<String> amiss(Optional<Generation> active) throws RebuildException {
        List<String> amiss = new ArrayList<>();
        SortedMap<String, Wanted> wanted = wanted(active);
        Map<String, MachineStatus> running = new TreeMap<>();
        running().forEach(machine -> running.put(machine.name(), machine));
        wanted.forEach((name, machine) -> {
            if (!running.containsKey(name)) {
                amiss.add("the machine " + name + " does not run: sourceos logs " + name
                        + " may say why, sourceos-rebuild switch starts it");
            } else if (!running.get(name).owner().equals(machine.owner())) {
                amiss.add("the machine " + name + " runs as another generation has it: sourceos-rebuild switch");
            }
        });
        running.keySet().stream()
                .filter(name -> !wanted.containsKey(name))
                .forEach(name -> amiss.add("the machine " + name + " of another generation still runs"));
        return amiss;
    }

    @Override
    public void follow(Optional<Generation> active, Cancellation cancellation) throws RebuildException {
        SortedMap<String, Wanted> wanted = wanted(active);
        if (wanted.isEmpty() && running().isEmpty()) {
            return;
        }
        try {
            Machines machines = KeptMachines.of(context, places);
            endOthers(machines, wanted);
            List<Health> begun = new ArrayList<>();
            for (Map.Entry<String, Wanted> entry : wanted.entrySet()) {
                cancellation.throwIfCancelled();
                if (machines.ownedBy(entry.getValue().owner()).isEmpty()) {
                    begun.add(start(machines, active.orElseThrow(), entry.getKey(), entry.getValue()));
                }
            }
            for (Health health : begun) {
                health.await(cancellation);
            }
        } catch (ServiceRequiredException e) {
            throw failed(String.valueOf(e.getMessage()), e);
        } catch (LaunchException | UsageException | StoreException | IOException e) {
            throw failed(String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("interrupted while machines start", e);
        }
    }

    /** First, for the new ones may want their names and ports. */
    private static void endOthers(Machines machines, Map<String, Wanted> wanted)
            throws LaunchException, InterruptedException {
        for (MachineStatus machine : machines.list()) {
            Wanted same = wanted.get(machine.name());
            boolean stays = machine.isLive() && same != null && same.owner().equals(machine.owner());
            if (machine.owner().startsWith(OWNER) && !stays) {
                if (machine.isLive()) {
                    machines.stop(machine.id(), TIME_TO_STOP);
                }
                machines.remove(machine.id());
            }
        }
    }

    private Health start(Machines machines, Generation active, String name, Wanted wanted)
            throws LaunchException, UsageException, StoreException, IOException, InterruptedException {
        ImageManifest image = new Generations(cache).image(active, wanted.program());
        MachineOptions options = new MachineOptions(wanted.settings(), places.config());
        RunOptions run = options.with(RunOptions.of(List.of()).with(options.mounts()));
        VmSpec spec = new MachineAssembly(context, places, cache)
                .machine(image, run, active.manifest().qemu());
        GuestProgram program =
                VmSpecs.program(image, run, MachineAssembly.user(context), Optional.empty(), Optional.empty());
        MachineRequest request = MachineRequest.of(wanted.owner(), image, spec, program)
                .withName(name)
                .withSecrets(options.secrets())
                .starting(Launches.of(context, places).starting(places, false, null))
                .withLimits(VmSpecs.limits(image, run))
                .withRestart(
                        wanted.settings().restart().equals("never")
                                ? RestartPolicy.NEVER
                                : RestartPolicy.parse(wanted.settings().restart()));
        return new Health(machines, machines.start(request), wanted.settings());
    }

    private static RebuildException failed(String why, Exception cause) {
        return new RebuildException(RebuildException.Kind.UNUSABLE, why, cause);
    }
}
