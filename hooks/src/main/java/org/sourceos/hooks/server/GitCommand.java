package org.sourceos.hooks.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.channel.ChannelSession;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessOutput;
import org.sourceos.host.ProcessResult;
import org.sourceos.host.ProcessRunner;
import org.sourceos.host.RunningProcess;

/**
 * Git's own server side, run for one channel. Its standard input, output and error are pumped by a thread each, so that none
 * waits for another; when the channel goes, it is asked to end, and killed with all it has started if it does not.
 */
final class GitCommand extends ChannelCommand {
    private static final int NOT_STARTED = 127;

    private final Command command;
    private final ProcessRunner runner;
    private final Cancellation cancellation = new Cancellation();
    private final AtomicBoolean begun = new AtomicBoolean();
    private final Optional<PushSize> size;
    private final Optional<String> notice;
    private final AtomicLong received = new AtomicLong();
    private final Consumer<String> ended;

    /**
     * @param size how much it takes, for {@code receive-pack}, which says what it took and what it did not
     * @param notice said before git says anything
     * @param ended is told how it ended, once, when nothing of it runs any more
     */
    GitCommand(
            Command command,
            Optional<PushSize> size,
            ProcessRunner runner,
            Optional<String> notice,
            Consumer<String> ended) {
        this.command = command.withStdin(new Command.Stdin.Piped());
        this.size = size;
        this.runner = runner;
        this.notice = notice;
        this.ended = ended;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) {
        if (begun.getAndSet(true)) {
            return;
        }
        Map<String, String> variables = new HashMap<>(command.environment());
        String protocol = environment.getEnv().get(ExecChannel.PROTOCOL);
        if (protocol != null) {
            variables.put(ExecChannel.PROTOCOL, protocol);
        }
        thread("git", () -> run(command.withOnlyEnvironment(variables)));
    }

    private static void thread(String name, Runnable work) {
        Thread thread = new Thread(work, "served-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void run(Command started) {
        int status = NOT_STARTED;
        String how = "was not started";
        PushReport report = new PushReport(out());
        notice.ifPresent(this::say);
        try (RunningProcess git = runner.start(
                started,
                new ProcessOutput.ToStream(size.isPresent() ? report : out()),
                new ProcessOutput.ToStream(err()),
                cancellation)) {
            thread("input", () -> pump(in(), git.stdin()));
            ProcessResult result = git.await();
            status = result.exitStatus();
            how = cancellation.isCancelled() ? "was ended: the client has gone" : "ended with status " + status;
            how += report.summary().isEmpty() ? "" : ": " + report.summary();
            size.filter(limit -> report.couldNotTakeThePack() && received.get() >= limit.bytes())
                    .ifPresent(limit -> say(limit.refusal(0)));
        } catch (IOException | RuntimeException e) {
            how = "failed: " + e.getMessage();
        } finally {
            ended.accept(how);
            end(status);
        }
    }

    private void say(String line) {
        try {
            err().write(("sourceos: " + line + "\n").getBytes(StandardCharsets.UTF_8));
            err().flush();
        } catch (IOException e) {
            // The connection has ended, which git will notice too.
        }
    }

    /** Until the client has no more to say, or git does not want to hear it. */
    private void pump(InputStream from, OutputStream to) {
        byte[] buffer = new byte[1 << 16];
        try (to) {
            int n;
            while ((n = from.read(buffer)) >= 0) {
                received.addAndGet(n);
                to.write(buffer, 0, n);
                // What is read may be a question that git has to answer before more comes.
                to.flush();
            }
        } catch (IOException e) {
            // Git has ended, or the connection has: whoever waits for git says how.
        }
    }

    @Override
    public void destroy(ChannelSession channel) {
        stop();
        if (!begun.getAndSet(true)) {
            ended.accept("was not started: the client has gone");
        }
    }

    void stop() {
        cancellation.cancel();
    }
}
