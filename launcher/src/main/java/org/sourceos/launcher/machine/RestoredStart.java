package org.sourceos.launcher.machine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.sourceos.gitstore.StoreLayout;
import org.sourceos.host.Cancellation;
import org.sourceos.host.ProcessIdentity;
import org.sourceos.launcher.LaunchContext;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.SavedMachine;
import org.sourceos.launcher.guest.GuestHub;
import org.sourceos.launcher.guest.GuestSession;
import org.sourceos.launcher.qmp.Migration;
import org.sourceos.launcher.template.Template;
import org.sourceos.launcher.template.Templates;

/** The template that a machine can be restored from, where there is one. */
final class RestoredStart {
    private static final int QUESTION_BYTES = 16;

    private final Templates templates;
    private final Template template;
    private final SavedMachine saved;

    private RestoredStart(Templates templates, Template template, SavedMachine saved) {
        this.templates = templates;
        this.template = template;
        this.saved = saved;
    }

    /** What is wrong with a template is not told: the machine boots, and who uses it next removes it. */
    static Optional<RestoredStart> find(MachineRequest request, LaunchContext launch) {
        StartSettings starting = request.starting();
        if (!starting.restored() || starting.store().isEmpty()) {
            return Optional.empty();
        }
        Path folder = starting.store().get().resolve(StoreLayout.TEMPLATES);
        Templates templates = new Templates(folder, Long.MAX_VALUE, launch.clock());
        Optional<Template> template = templates.find(request.spec());
        if (template.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new RestoredStart(templates, template.get(), templates.open(template.get(), new Cancellation())));
        } catch (IOException e) {
            drop(templates, template.get());
            return Optional.empty();
        }
    }

    Path ram() {
        return saved.ram();
    }

    /** Gives QEMU what was saved, once it listens, and has it go on from there. */
    void load(Path folder, ProcessIdentity process, StateLine line) throws IOException, LaunchException {
        MachineSockets.monitor(folder, process, qmp -> {
            Migration migration = new Migration(qmp, SavedMachine.RESTORE_LIMIT);
            migration.in(line.uri(), line::connect, saved.state());
            migration.run();
        });
    }

    /** Whether the guest lives. */
    static GuestSession.ReadyOutcome ask(GuestHub hub, LaunchContext launch) throws IOException {
        byte[] question = new byte[QUESTION_BYTES];
        launch.random().nextBytes(question);
        return hub.awaitAnswer(question);
    }

    /** It was of no use. */
    void drop() {
        drop(templates, template);
    }

    private static void drop(Templates templates, Template template) {
        try {
            templates.drop(template);
        } catch (IOException e) {
            // Somebody else's store; it is looked at anew each time.
        }
    }
}
