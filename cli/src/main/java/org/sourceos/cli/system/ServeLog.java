package org.sourceos.cli.system;

import com.google.gson.JsonObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
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

    void started(InetSocketAddress listen, int port, String fingerprint, Map<String, ConfigRepository> served) {
        String host = listen.getHostString();
        String address = (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        // Every address of this computer is none that a client can use.
        boolean every = Optional.ofNullable(listen.getAddress())
                .filter(InetAddress::isAnyLocalAddress)
                .isPresent();
        String url = "ssh://" + (every ? "HOST:" + port : address) + "/";
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
            served.forEach((name, repository) -> context.out().println(url + name + "  " + repository.gitDirectory()));
        }
        context.out().flush();
    }
}
