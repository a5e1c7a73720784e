package org.sourceos.hooks.server;

import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.CommandFactory;
import org.sourceos.config.diagnostic.Quoted;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessRunner;

/** Turns what a client asks for into git, or into a refusal. */
final class GitCommands implements CommandFactory {
    private final PushServer.Settings settings;
    private final ProcessRunner runner;
    private final Map<GitCommand, CountDownLatch> running = new ConcurrentHashMap<>();

    GitCommands(PushServer.Settings settings, ProcessRunner runner) {
        this.settings = settings;
        this.runner = runner;
    }

    @Override
    public org.apache.sshd.server.command.Command createCommand(ChannelSession channel, String text) {
        String from = Connections.address(channel.getSession());
        Optional<ExecRequest> request = ExecRequest.parse(text);
        if (request.isEmpty()) {
            return refused(
                    from,
                    Quoted.of(text) + " is not run here",
                    "only git's push and fetch are served here, such as `git push ssh://HOST/system main`");
        }
        String name = request.get().repository();
        PushServer.Repository repository = settings.repositories().get(name);
        Access access = repository == null ? Access.NOBODY : repository.access().get();
        Optional<PublicKey> key = KeyAuthenticator.key(channel.getSession());
        Optional<String> person = key.flatMap(access::person);
        Optional<Right> right = person.flatMap(who -> access.right(who, name));
        String who = person.orElse("somebody") + " from " + from;
        if (repository == null || right.isEmpty()) {
            // The same for both: a stranger does not learn what there is.
            return refused(
                    who, "no repository " + name + " for them", "there is no repository " + name + " for you here");
        }
        if (!right.get().includes(request.get().service().needs())) {
            return refused(
                    who,
                    "may not " + (right.get() == Right.READ ? "push to " : "send what was built elsewhere to ") + name,
                    right.get() == Right.READ
                            ? "you may fetch from " + name + ", not push to it: trust/access.toml of it says who may"
                            : "you may push to " + name + ", but not send what was built elsewhere:"
                                    + " trust/access.toml of it says who may, under deploy or admin");
        }
        boolean confirms = request.get().service() == ExecRequest.Service.CONFIRM;
        Optional<String> became = right.get().includes(Right.PUSH)
                ? settings.contacts()
                        .made(new Contacts.Contact(
                                person.get(), KeyAuthenticator.since(channel.getSession()), confirms))
                : Optional.empty();
        became.ifPresent(what -> settings.log().accept(who + ": " + what));
        if (confirms) {
            return became.map(Reply::done)
                    .orElseGet(() -> refused(who, "nothing waits to be confirmed", "nothing waits to be confirmed"));
        }
        ExecRequest.Service service = request.get().service();
        PushSize size = PushSize.ofCommits(access, settings.limits());
        if (service != ExecRequest.Service.RECEIVE_CLOSURE && service != ExecRequest.Service.LIST_CLOSURE) {
            return git(
                    request.get(),
                    repository.directory(),
                    Map.of(),
                    size,
                    person.get(),
                    right.get(),
                    who,
                    became,
                    () -> {});
        }
        try {
            Closures.Staging staging = repository.closures().begin();
            return git(
                    request.get(),
                    staging.directory(),
                    staging.environment(),
                    PushSize.ofClosure(access, settings.limits()),
                    person.get(),
                    right.get(),
                    who,
                    became,
                    staging::close);
        } catch (IOException e) {
            return refused(who, "cannot receive a closure: " + e.getMessage(), String.valueOf(e.getMessage()));
        }
    }

    private Reply refused(String who, String what, String why) {
        settings.log().accept(who + ": refused: " + what);
        return Reply.refusal(why);
    }

    private GitCommand git(
            ExecRequest request,
            Path directory,
            Map<String, String> more,
            PushSize allowed,
            String person,
            Right right,
            String who,
            Optional<String> notice,
            Runnable cleanup) {
        boolean closure = request.service() == ExecRequest.Service.RECEIVE_CLOSURE;
        boolean reports = closure || request.service() == ExecRequest.Service.RECEIVE_PACK;
        String what =
                request.service().subcommand() + " " + (closure ? "of a closure for " : "") + request.repository();
        PushSize size = reports ? roomFor(allowed, directory) : allowed;
        Map<String, String> variables = new HashMap<>(settings.environment());
        variables.putAll(more);
        variables.put(PushServer.PUSHER, person);
        variables.put(PushServer.RIGHT, right.name().toLowerCase(Locale.ROOT));
        Command command = Command.of(
                        "git",
                        "-c",
                        "receive.fsckObjects=true",
                        "-c",
                        "receive.maxInputSize=" + size.bytes(),
                        "-c",
                        "receive.advertisePushOptions=true",
                        request.service().subcommand(),
                        directory.toString())
                .withOnlyEnvironment(variables)
                .withDirectory(directory);
        CountDownLatch done = new CountDownLatch(1);
        GitCommand[] self = new GitCommand[1];
        self[0] = new GitCommand(command, reports ? Optional.of(size) : Optional.empty(), runner, notice, how -> {
            running.remove(self[0]);
            cleanup.run();
            settings.log().accept(who + ": " + what + " " + how);
            done.countDown();
        });
        running.put(self[0], done);
        return self[0];
    }

    /** Where nobody can tell, git will: it fails on a full disk, and leaves nothing there. */
    private static PushSize roomFor(PushSize allowed, Path directory) {
        try {
            return allowed.within(directory);
        } catch (IOException e) {
            return allowed;
        }
    }

    /** Ends all that runs and waits until it has ended. */
    void stop(Duration patience) {
        Map<GitCommand, CountDownLatch> left = Map.copyOf(running);
        left.keySet().forEach(GitCommand::stop);
        try {
            for (CountDownLatch done : List.copyOf(left.values())) {
                done.await(patience.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Set<GitCommand> running() {
        return Set.copyOf(running.keySet());
    }
}
