package org.sourceos.hooks.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.channel.ChannelSession;

/** Says something where git shows it, and runs nothing. */
final class Reply extends ChannelCommand {
    /** What git's own server side ends with when it cannot go on. */
    private static final int FATAL = 128;

    private final String text;
    private final int status;

    private Reply(String text, int status) {
        this.text = text;
        this.status = status;
    }

    static Reply refusal(String why) {
        return new Reply(why, FATAL);
    }

    static Reply done(String what) {
        return new Reply(what, 0);
    }

    @Override
    public void start(ChannelSession channel, Environment environment) throws IOException {
        err().write(("sourceos: " + text + "\n").getBytes(StandardCharsets.UTF_8));
        err().flush();
        end(status);
    }

    @Override
    public void destroy(ChannelSession channel) {}
}
