package org.sourceos.cli.system;

import com.google.gson.JsonObject;
import java.util.Map;
import org.sourceos.cli.CommandContext;
import org.sourceos.gitstore.config.ConfigRepository;

/** What a server says: once where it is, on standard output; then a line for each thing that happens, on standard error. */
final class ServeLog {
    private final CommandContext context;
    private final boolean json;

    ServeLog(CommandContext context, boolean json) {
        this.context = context;
        this.json = json;
    }

    void line(String text) {
        if (json) {
            JsonObject object = new JsonObject();
            object.addProperty("event", "log");
            object.addProperty("message", text);
            context.err().println(object);
        } else {
            context.err().println("sourceos: " + text);
        }
        context.err().flush();
    }

    void started(String host, int port, String fingerprint, Map<String, ConfigRepository> served) {
        String address = (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        if (json) {
            JsonObject object = new JsonObject();
            object.addProperty("address", address);
            object.addProperty("fingerprint", fingerprint);
            JsonObject repositories = new JsonObject();
            served.forEach((name, repository) ->
                    repositories.addProperty(name, repository.gitDirectory().toString()));
            object.add("repositories", repositories);
            context.out().println(object);
        } else {
            context.out().println("listening on " + address + ", host key " + fingerprint);
            served.forEach((name, repository) ->
                    context.out().println("ssh://" + address + "/" + name + "  " + repository.gitDirectory()));
        }
        context.out().flush();
    }
}
