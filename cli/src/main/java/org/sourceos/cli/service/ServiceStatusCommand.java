package org.sourceos.cli.service;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.ServiceRequiredException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sourceos service status}: answered by the service itself, if there is one. */
@Command(
        name = "status",
        header = "Say whether the resident service runs, and what it does.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit status: 0 if it runs, 1 if not.",
            "",
            "Examples:",
            "  sourceos service status",
            "  sourceos service status --json",
            "  sourceos service status --start     starts it where there is none"
        })
final class ServiceStatusCommand implements Callable<Integer> {
    private final CommandContext context;

    @Option(names = "--json", description = "as JSON")
    private boolean json;

    @Option(names = "--start", description = "start the service first if none runs")
    private boolean start;

    ServiceStatusCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws ServiceRequiredException {
        if (start) {
            context.requireResident();
        }
        Optional<Service> service = context.resident()
                .filter(CallResident.class::isInstance)
                .map(resident -> ((CallResident) resident).service());
        if (json) {
            context.out().println(json(service));
        } else if (service.isPresent()) {
            context.out().println(text(service.get()));
        } else {
            context.out().println("no service of this build runs; the next command starts one");
        }
        return (service.isPresent() ? ExitCode.DONE : ExitCode.FAILED).status();
    }

    private String text(Service service) {
        // This call is one of them.
        long others = service.callsUnderWay() - 1;
        List<String> kept = service.kept().names();
        return "running since "
                + service.since().atZone(context.zone()).toLocalDateTime().withNano(0) + ", process "
                + ProcessHandle.current().pid() + "\n"
                + "calls: " + service.callsBegun() + " so far, " + others + " other"
                + (others == 1 ? "" : "s") + " now\n"
                + (kept.isEmpty() ? "" : "kept: " + String.join(", ", kept) + "\n")
                + "ends after " + duration(service.idle()) + " without a call";
    }

    private static String duration(Duration duration) {
        return duration.toSeconds() % 60 == 0 && duration.toMinutes() > 0
                ? duration.toMinutes() + " min"
                : duration.toSeconds() + " s";
    }

    private static JsonObject json(Optional<Service> running) {
        JsonObject object = new JsonObject();
        object.addProperty("running", running.isPresent());
        running.ifPresent(service -> {
            object.addProperty("pid", ProcessHandle.current().pid());
            object.addProperty("since", service.since().toString());
            object.addProperty("build", service.build());
            object.addProperty("calls", service.callsBegun());
            object.addProperty("calls_now", service.callsUnderWay());
            object.addProperty("idle_seconds", service.idle().toSeconds());
            object.addProperty("threads", Thread.activeCount());
            JsonArray kept = new JsonArray();
            service.kept().names().forEach(kept::add);
            object.add("kept", kept);
        });
        return object;
    }
}
