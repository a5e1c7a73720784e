package org.sourceos.cli.machine;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.launcher.confine.Protections;
import org.sourceos.launcher.machine.MachineStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sourceos inspect}. */
@Command(
        name = "inspect",
        header = "Show everything that is known of a machine, as JSON.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  sourceos inspect web",
            "  sourceos inspect web | jq .ports",
            "  sourceos inspect web | jq .confinement"
        })
public final class InspectCommand extends MachineSubcommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "MACHINE", description = "its name, id, or the beginning of its id")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String name;

    InspectCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        MachineStatus machine = named(name);
        JsonObject json = MachineText.json(machine, machine.usage());
        machine.protections().ifPresent(found -> json.add("confinement", confinement(found)));
        context()
                .out()
                .println(new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .serializeNulls()
                        .create()
                        .toJson(json));
        return ExitCode.DONE.status();
    }

    private static JsonObject confinement(Protections found) {
        JsonObject json = new JsonObject();
        json.addProperty("user", found.user());
        json.addProperty("capabilities", found.capabilities());
        json.addProperty("no_new_privileges", found.noNewPrivileges());
        json.addProperty("system_call_filter", found.systemCallFilter());
        json.addProperty("root_filesystem", found.rootFilesystem());
        JsonArray namespaces = new JsonArray();
        found.namespaces().forEach(namespaces::add);
        json.add("namespaces", namespaces);
        return json;
    }
}
