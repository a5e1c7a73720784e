package org.sourceos.cli.template;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Places;
import org.sourceos.cli.Resident;
import org.sourceos.cli.UsageException;
import org.sourceos.launcher.LaunchContext;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.MicroVm;
import org.sourceos.launcher.machine.StartSettings;
import org.sourceos.launcher.qemu.VmSpec;
import org.sourceos.launcher.template.FreeMemory;
import org.sourceos.launcher.template.Launchable;
import org.sourceos.launcher.template.MachineStarter;
import org.sourceos.launcher.template.Pool;
import org.sourceos.launcher.template.TemplateMaker;
import org.sourceos.launcher.template.Templates;

/**
 * How one call starts machines: with the templates of its store, and with what the service it runs in keeps, if it runs in
 * one. Without a service templates are used, and made only on demand: after a command nobody is left to make them.
 */
public final class Launches {
    /** By then the program that was launched has begun. */
    private static final Duration AFTER_LAUNCH = Duration.ofSeconds(2);

    private static final Duration REFILL_AFTER = Duration.ofMillis(500);

    private final CommandContext context;
    private final TemplateSettings settings;
    private final Templates templates;

    private Launches(CommandContext context, TemplateSettings settings, Templates templates) {
        this.context = context;
        this.settings = settings;
        this.templates = templates;
    }

    public static Launches of(CommandContext context, Places places) throws UsageException {
        var folder = places.store().resolve("templates");
        TemplateSettings settings = TemplateSettings.of(context.environment(), folder);
        return new Launches(context, settings, new Templates(folder, settings.maxBytes(), context.clock()));
    }

    /** @param booted whether the caller wants it to boot whatever there is */
    public MicroVm start(Launchable wanted, LaunchContext launch, boolean booted) throws LaunchException {
        if (booted || !settings.used()) {
            return MicroVm.start(wanted.spec(), launch, context.cancellation());
        }
        return new MachineStarter(templates, pool(), warning -> context.err().println("sourceos: " + warning))
                .start(wanted, launch, context.cancellation());
    }

    /** Returns at once; what follows from the launch is done by the service, later. */
    public void launched(Launchable wanted, LaunchContext launch) {
        Optional<Resident> resident = context.resident();
        if (resident.isEmpty() || !settings.used()) {
            return;
        }
        pool().ifPresent(pool -> pool.launched(wanted, templates, launch));
        want(resident.get(), wanted, launch);
    }

    private void want(Resident resident, Launchable wanted, LaunchContext launch) {
        TemplateMaker maker = resident.keep(TemplateMaker.class, () -> new TemplateMaker(AFTER_LAUNCH));
        for (Launchable level : wanted.levels()) {
            if (templates.find(level).isEmpty()) {
                maker.want(templates, level, launch, () -> pool().ifPresent(Pool::fill));
            }
        }
    }

    /** How a machine that stays is started. */
    public StartSettings starting(Places places, boolean booted, @Nullable Integer bootTimeout) {
        return new StartSettings(
                Optional.of(places.store().toAbsolutePath().normalize()),
                settings.used() && !booted,
                Optional.ofNullable(bootTimeout).map(seconds -> Duration.ofSeconds(Math.max(1, seconds))));
    }

    /** As {@link #launched}, of a machine that stays: none waits for the next like it. */
    public void wantTemplate(VmSpec spec, LaunchContext launch, boolean booted) {
        if (settings.used() && !booted) {
            context.resident().ifPresent(resident -> want(resident, Launchable.of(spec), launch));
        }
    }

    private Optional<Pool> pool() {
        return context.resident()
                .map(service -> service.keep(
                        Pool.class, () -> new Pool(settings.poolSize(), REFILL_AFTER, FreeMemory::ofHost)));
    }

    /** Makes the machine's templates now: of one that waits for any program, and of one with its own. */
    public Templates.Made make(Launchable wanted, LaunchContext launch) throws LaunchException, IOException {
        Templates.Made last = Templates.Made.PRESENT;
        for (Launchable level : wanted.levels()) {
            Templates.Made made = templates.make(level, launch, context.cancellation());
            if (made == Templates.Made.BUSY || made == Templates.Made.TOO_LARGE) {
                return made;
            }
            last = made == Templates.Made.MADE ? made : last;
        }
        return last;
    }

    Templates templates() {
        return templates;
    }
}
