package org.sourceos.hooks.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.channel.ChannelSession;

/** Says why nothing is run, where git shows it. */
final class Refusal extends ChannelCommand {
    /** What git's own server side ends with when it cannot go on. */
    private static final int FATAL = 128;

    private final String why;

    Refusal(String why) {
        this.why = why;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) throws IOException {
        err().write(("sourceos: " + why + "\n").getBytes(StandardCharsets.UTF_8));
        err().flush();
        end(FATAL);
    }

    @Override
    public void destroy(ChannelSession channel) {}
}
