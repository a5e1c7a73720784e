package org.sourceos.cli.machine;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Terminal;
import org.sourceos.launcher.machine.Attachment;
import org.sourceos.launcher.machine.MachineEnd;
import org.sourceos.launcher.machine.MachineStatus;
import org.sourceos.launcher.machine.Machines;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sourceos attach}. */
@Command(
        name = "attach",
        header = "Watch a machine's own program, and type into its terminal.",
        description = {
            "Ctrl-] d goes away again, and the program goes on. Without a terminal (run -d without --tty) there is",
            "only something to watch, and Ctrl-C goes away. What was said before is in sourceos logs.",
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit status: the program's, if it ends meanwhile; 0 after Ctrl-] d; 125 SourceOS failed.",
            "",
            "Examples:",
            "  run -d --tty --name=repl lua",
            "  sourceos attach repl",
        })
public final class AttachCommand extends MachineSubcommand implements Callable<Integer> {
    private static final int CHUNK = 4096;

    @Parameters(index = "0", paramLabel = "MACHINE", description = "its name, id, or the beginning of its id")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String name;

    AttachCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        Machines machines = machines();
        MachineStatus machine = named(name);
        try (Attachment attachment = machines.attach(machine.id());
                Cancellation.Registration ctrlC = context().cancellation().onCancel(attachment::detach)) {
            boolean onTerminal = machine.terminal()
                    && context().terminals().in()
                    && context().terminals().out();
            if (machine.terminal()) {
                type(attachment);
            }
            return onTerminal ? onTerminal(machine, attachment) : watch(machine, attachment);
        }
    }

    private int watch(MachineStatus machine, Attachment attachment) throws IOException, InterruptedException {
        try (Cancellation.Registration signals = context().signals().forward(number -> {
            attachment.detach();
            return true;
        })) {
            return end(
                    machine,
                    attachment,
                    attachment.run(context().out(), context().err()));
        }
    }

    private int onTerminal(MachineStatus machine, Attachment attachment) throws IOException, InterruptedException {
        Terminal terminal = context().terminal();
        try (Terminal.RawMode raw = terminal.raw();
                Cancellation.Registration resize = context().signals().onResize(() -> resized(terminal, attachment))) {
            // Also makes a program that fills the screen draw it anew.
            resized(terminal, attachment);
            Attachment.Reason reason = attachment.run(context().out(), context().out());
            raw.close();
            return end(machine, attachment, reason);
        }
    }

    private int end(MachineStatus machine, Attachment attachment, Attachment.Reason reason)
            throws InterruptedException {
        if (reason == Attachment.Reason.DETACHED) {
            context().err().println("sourceos: detached from " + machine.name() + ", which goes on");
            return ExitCode.DONE.status();
        } else if (reason == Attachment.Reason.TOO_SLOW) {
            context()
                    .err()
                    .println("sourceos: " + machine.name() + " says more than is read here; `sourceos logs -f "
                            + machine.name() + "` goes on");
            return ExitCode.RUN_FAILED.status();
        }
        Optional<MachineEnd> end = attachment.awaitEnd();
        end.map(MachineEnd::message)
                .filter(text -> !text.isEmpty())
                .ifPresent(text -> context().err().println("sourceos: " + text));
        return end.map(MachineEnd::status).orElse(ExitCode.RUN_FAILED.status());
    }

    private void type(Attachment attachment) {
        Thread typist = new Thread(
                () -> {
                    byte[] buffer = new byte[CHUNK];
                    DetachKeys keys = new DetachKeys();
                    try {
                        int n;
                        while ((n = context().in().read(buffer)) >= 0) {
                            DetachKeys.Typed typed = keys.type(buffer, n);
                            if (!pass(attachment, typed.bytes())) {
                                return;
                            }
                            if (typed.detach()) {
                                attachment.detach();
                                return;
                            }
                        }
                    } catch (IOException | InterruptedException e) {
                        // The input has ended, or the machine has: whoever watches knows.
                    }
                },
                "attach-stdin");
        typist.setDaemon(true);
        typist.start();
    }

    private static boolean pass(Attachment attachment, byte[] bytes) throws IOException, InterruptedException {
        for (int at = 0; at < bytes.length; ) {
            int n = attachment.type(bytes, at, bytes.length - at);
            if (n == 0) {
                return false;
            }
            at += n;
        }
        return true;
    }

    private static void resized(Terminal terminal, Attachment attachment) {
        try {
            attachment.resize(terminal.size());
        } catch (IOException e) {
            // The size is cosmetic; the next change asks again.
        }
    }
}
