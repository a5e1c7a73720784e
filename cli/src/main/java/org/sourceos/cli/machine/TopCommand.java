package org.sourceos.cli.machine;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.host.Cancellation;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.machine.MachineStatus;
import org.sourceos.launcher.machine.MachineUsage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sourceos top}. */
@Command(
        name = "top",
        header = "Show what machines take of the host, anew every two seconds.",
        description = {
            "The busiest first. MEMORY is what a machine takes of the host, with its part of what it shares; PRIVATE",
            "what its end would give back; SHARED what it has in common with others; COPY what it would take with",
            "nothing in common. Ctrl-C ends it. Where the output is no terminal, it shows once.",
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  sourceos top",
            "  sourceos top --once",
            "  sourceos top --json | jq '.[].cpu_percent'"
        })
public final class TopCommand extends MachineSubcommand implements Callable<Integer> {
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    /** Cursor home, then clear to the end of the screen. */
    private static final String REDRAW = "\u001b[H\u001b[J";

    private record Row(MachineStatus machine, MachineUsage usage, double cpuPercent) {}

    @Option(names = "--once", description = "show once and end")
    private boolean once;

    @Option(names = "--json", description = "once, as JSON")
    private boolean json;

    private final Map<String, MachineUsage> before = new TreeMap<>();
    private long beforeNanos;

    TopCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        boolean live = !once && !json && context().terminals().out();
        CountDownLatch ended = new CountDownLatch(1);
        try (Cancellation.Registration ctrlC = context().cancellation().onCancel(ended::countDown);
                Cancellation.Registration signals = context().signals().forward(number -> {
                    ended.countDown();
                    return true;
                })) {
            rows();
            boolean over = ended.await(FIRST_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
            while (!over) {
                List<Row> rows = rows();
                if (json) {
                    context().out().println(json(rows));
                } else {
                    context().out().print((live ? REDRAW : "") + text(rows));
                }
                context().out().flush();
                over = !live || ended.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
        return ExitCode.DONE.status();
    }

    private List<Row> rows() throws LaunchException {
        List<Row> rows = new ArrayList<>();
        long now = System.nanoTime();
        double passed = Math.max(1, now - beforeNanos);
        for (MachineStatus machine : list()) {
            machine.usage().ifPresent(usage -> {
                MachineUsage earlier = before.getOrDefault(machine.id(), usage);
                double percent = 100 * usage.cpu().minus(earlier.cpu()).toNanos() / passed;
                before.put(machine.id(), usage);
                rows.add(new Row(machine, usage, Math.max(0, percent)));
            });
        }
        beforeNanos = now;
        rows.sort(Comparator.comparingDouble(Row::cpuPercent)
                .reversed()
                .thenComparing(row -> row.machine().name()));
        return rows;
    }

    private String text(List<Row> rows) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("NAME", "PROGRAM", "STATE", "CPU%", "CPU", "MEMORY", "PRIVATE", "SHARED", "COPY"));
        for (Row row : rows) {
            MachineUsage usage = row.usage();
            lines.add(List.of(
                    row.machine().name(),
                    MachineText.program(row.machine()),
                    MachineText.state(row.machine()),
                    String.format(Locale.ROOT, "%.1f", row.cpuPercent()),
                    MachineText.seconds(usage.cpu()),
                    MachineText.mib(usage.pssKib()),
                    MachineText.mib(usage.privateKib()),
                    MachineText.mib(usage.sharedKib()),
                    MachineText.mib(usage.copyKib())));
        }
        MachineUsage all = MachineUsage.total(rows.stream().map(Row::usage).toList());
        double busy = rows.stream().mapToDouble(Row::cpuPercent).sum();
        lines.add(List.of(
                "total",
                "",
                "",
                String.format(Locale.ROOT, "%.1f", busy),
                MachineText.seconds(all.cpu()),
                MachineText.mib(all.pssKib()),
                MachineText.mib(all.privateKib()),
                "",
                MachineText.mib(all.copyKib())));
        return rows.size() + (rows.size() == 1 ? " machine, " : " machines, ") + MachineText.mib(all.pssKib())
                + "; as copies " + MachineText.mib(all.copyKib()) + "\n\n"
                + MachineText.table(lines);
    }

    private static JsonArray json(List<Row> rows) {
        JsonArray array = new JsonArray();
        for (Row row : rows) {
            JsonObject object = new JsonObject();
            object.addProperty("id", row.machine().id());
            object.addProperty("name", row.machine().name());
            object.addProperty("cpu_percent", Math.round(row.cpuPercent() * 10) / 10.0);
            object.addProperty("cpu_seconds", row.usage().cpu().toMillis() / 1000.0);
            object.addProperty("pss_kib", row.usage().pssKib());
            object.addProperty("private_kib", row.usage().privateKib());
            object.addProperty("shared_kib", row.usage().sharedKib());
            object.addProperty("copy_kib", row.usage().copyKib());
            array.add(object);
        }
        return array;
    }
}
