package org.sourceos.cli.machine;

import com.google.gson.JsonArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.launcher.machine.MachineStatus;
import org.sourceos.launcher.machine.MachineUsage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sourceos ps}. */
@Command(
        name = "ps",
        header = "List the machines that were started with run --detach.",
        description = {
            "MEMORY is what a machine takes of the host, with its share of what it shares with others;",
            "PRIVATE what its end would give back; SHARED what it has in common with others; COPY what it would take",
            "with nothing in common; CPU the time it has had.",
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  sourceos ps",
            "  sourceos ps -a          those that have ended, too",
            "  sourceos ps --json",
            "  sourceos stop $(sourceos ps --names)"
        })
public final class PsCommand extends MachineSubcommand implements Callable<Integer> {
    @Option(
            names = {"-a", "--all"},
            description = "those that have ended, too")
    private boolean all;

    @Option(names = "--json", description = "as JSON, with everything that inspect shows")
    private boolean json;

    @Option(names = "--names", description = "only the names, one a line")
    private boolean names;

    PsCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        List<MachineStatus> machines =
                list().stream().filter(machine -> all || machine.isLive()).toList();
        if (names) {
            machines.forEach(machine -> context().out().println(machine.name()));
            return ExitCode.DONE.status();
        }
        if (json) {
            JsonArray array = new JsonArray();
            machines.forEach(machine -> array.add(MachineText.json(machine, machine.usage())));
            context().out().println(array);
            return ExitCode.DONE.status();
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("ID", "NAME", "PROGRAM", "STATE", "SINCE", "MEMORY", "PRIVATE", "SHARED", "COPY", "CPU"));
        List<MachineUsage> all = new ArrayList<>();
        for (MachineStatus machine : machines) {
            Optional<MachineUsage> usage = machine.usage();
            usage.ifPresent(all::add);
            rows.add(List.of(
                    machine.id(),
                    machine.name(),
                    MachineText.program(machine),
                    MachineText.state(machine),
                    MachineText.ago(machine.since(), context().clock().instant()),
                    usage.map(now -> MachineText.mib(now.pssKib())).orElse("-"),
                    usage.map(now -> MachineText.mib(now.privateKib())).orElse("-"),
                    usage.map(now -> MachineText.mib(now.sharedKib())).orElse("-"),
                    usage.map(now -> MachineText.mib(now.copyKib())).orElse("-"),
                    usage.map(now -> MachineText.seconds(now.cpu())).orElse("-")));
        }
        if (all.size() > 1) {
            MachineUsage total = MachineUsage.total(all);
            rows.add(List.of(
                    "total",
                    "",
                    "",
                    "",
                    "",
                    MachineText.mib(total.pssKib()),
                    MachineText.mib(total.privateKib()),
                    "",
                    MachineText.mib(total.copyKib()),
                    MachineText.seconds(total.cpu())));
        }
        context().out().print(MachineText.table(rows));
        return ExitCode.DONE.status();
    }
}
