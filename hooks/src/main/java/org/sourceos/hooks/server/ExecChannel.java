package org.sourceos.hooks.server;

import java.io.IOException;
import java.util.List;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.channel.ChannelSession;

/**
 * A channel on which a command can be run and nothing else: no shell, terminal, subsystem, or forwarding of agents and
 * displays. Of a client's variables it takes the one by which git says which protocol it speaks.
 */
final class ExecChannel extends ChannelSession {
    static final String PROTOCOL = "GIT_PROTOCOL";
    private static final String PROTOCOL_2 = "version=2";

    ExecChannel() {
        super(List.of());
    }

    @Override
    protected RequestHandler.Result handleInternalRequest(String type, boolean wantReply, Buffer buffer)
            throws IOException {
        return switch (type) {
            case "exec", "env" -> super.handleInternalRequest(type, wantReply, buffer);
            default -> RequestHandler.Result.ReplyFailure;
        };
    }

    @Override
    protected RequestHandler.Result handleEnvParsed(String name, String value) throws IOException {
        return name.equals(PROTOCOL) && value.equals(PROTOCOL_2)
                ? super.handleEnvParsed(name, value)
                : RequestHandler.Result.ReplyFailure;
    }
}
