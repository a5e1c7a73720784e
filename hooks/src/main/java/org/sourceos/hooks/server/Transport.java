package org.sourceos.hooks.server;

import java.io.IOException;
import java.util.List;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.global.KeepAliveHandler;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.command.CommandFactory;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.apache.sshd.server.global.NoMoreSessionsHandler;

/** SSH with everything left out that git does not need. */
final class Transport {
    /** Git uses one; a client that shares a connection between several calls uses a few. */
    private static final int CHANNELS = 8;

    private Transport() {}

    static SshServer of(PushServer.Settings settings, HostKey key, KeyAuthenticator keys, CommandFactory commands) {
        SshServer ssh = SshServer.setUpDefaultServer();
        Limits limits = settings.limits();
        Connections connections = new Connections(limits.connections(), settings.log());
        ssh.setHost(settings.listen().getHostString());
        ssh.setPort(settings.listen().getPort());
        ssh.setKeyPairProvider(KeyPairProvider.wrap(key.pair()));
        ssh.setPublickeyAuthenticator(keys);
        ssh.setUserAuthFactories(List.of(new UserAuthPublicKeyFactory(List.of(
                BuiltinSignatures.ed25519,
                BuiltinSignatures.nistp256,
                BuiltinSignatures.nistp384,
                BuiltinSignatures.nistp521,
                BuiltinSignatures.rsaSHA512,
                BuiltinSignatures.rsaSHA256))));
        ssh.setCommandFactory(commands);
        ssh.setShellFactory(null);
        ssh.setSubsystemFactories(List.of());
        ssh.setChannelFactories(List.of(new ExecChannels()));
        ssh.setGlobalRequestHandlers(List.of(KeepAliveHandler.INSTANCE, NoMoreSessionsHandler.INSTANCE));
        ssh.setForwardingFilter(RejectAllForwardingFilter.INSTANCE);
        ssh.addSessionListener(connections);
        CoreModuleProperties.SERVER_IDENTIFICATION.set(ssh, "SourceOS");
        CoreModuleProperties.AUTH_TIMEOUT.set(ssh, limits.unauthenticated());
        // The library counts requests, and one more comes with the signature after a key was found good.
        CoreModuleProperties.MAX_AUTH_REQUESTS.set(ssh, limits.attempts() + 1);
        CoreModuleProperties.IDLE_TIMEOUT.set(ssh, limits.idle());
        // Who reads slowly is not cut off before who does nothing.
        CoreModuleProperties.WAIT_FOR_SPACE_TIMEOUT.set(ssh, limits.idle());
        CoreModuleProperties.MAX_CONCURRENT_CHANNELS.set(ssh, CHANNELS);
        return ssh;
    }

    private static final class ExecChannels implements ChannelFactory {
        @Override
        public String getName() {
            return "session";
        }

        @Override
        public Channel createChannel(Session session) throws IOException {
            return new ExecChannel();
        }
    }
}
