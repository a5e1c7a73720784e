package org.sourceos.cli.template;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Places;
import org.sourceos.cli.Resident;
import org.sourceos.cli.UsageException;
import org.sourceos.launcher.LaunchContext;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.MicroVm;
import org.sourceos.launcher.qemu.VmSpec;
import org.sourceos.launcher.template.FreeMemory;
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
    public MicroVm start(VmSpec spec, LaunchContext launch, boolean booted) throws LaunchException {
        if (booted || !settings.used()) {
            return MicroVm.start(spec, launch, context.cancellation());
        }
        return new MachineStarter(templates, pool(), warning -> context.err().println("sourceos: " + warning))
                .start(spec, launch, context.cancellation());
    }

    /** Returns at once; what follows from the launch is done by the service, later. */
    public void launched(VmSpec spec, LaunchContext launch) {
        Optional<Resident> resident = context.resident();
        if (resident.isEmpty() || !settings.used()) {
            return;
        }
        pool().ifPresent(pool -> pool.launched(spec, templates, launch));
        if (templates.find(spec).isEmpty()) {
            resident.get()
                    .keep(TemplateMaker.class, () -> new TemplateMaker(AFTER_LAUNCH))
                    .want(templates, spec, launch, () -> pool().ifPresent(Pool::fill));
        }
    }

    private Optional<Pool> pool() {
        return context.resident()
                .map(service -> service.keep(
                        Pool.class, () -> new Pool(settings.poolSize(), REFILL_AFTER, FreeMemory::ofHost)));
    }

    /** Makes the machine's template now. */
    public Templates.Made make(VmSpec spec, LaunchContext launch) throws LaunchException, IOException {
        return templates.make(spec, launch, context.cancellation());
    }

    Templates templates() {
        return templates;
    }
}
