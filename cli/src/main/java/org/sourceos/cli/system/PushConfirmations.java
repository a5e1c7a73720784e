package org.sourceos.cli.system;

import java.util.Optional;
import java.util.function.Consumer;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Places;
import org.sourceos.gitstore.StoreException;
import org.sourceos.hooks.server.Contacts;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.system.Switcher;

/**
 * What was pushed over the network stays if the network still reaches this computer: whoever may push and has connected since
 * the switch confirms it; if nobody does in time, it is taken back. See docs/decisions/0012-a-new-connection-confirms.md.
 */
final class PushConfirmations implements Contacts {
    private final CommandContext context;
    private final Places places;
    private final Consumer<String> log;

    PushConfirmations(CommandContext context, Places places, Consumer<String> log) {
        this.context = context;
        this.places = places;
        this.log = log;
    }

    @Override
    public Optional<String> made(Contact contact) {
        if (!Switcher.isUnderWay(places.state())) {
            return Optional.empty();
        }
        try (Deployment deployment = Deployment.open(context, places, log)) {
            Optional<Switcher.Waiting> waiting = deployment
                    .switcher()
                    .waiting()
                    .filter(waits -> waits.since().isBefore(contact.connected()))
                    .filter(waits -> waits.byContact() || contact.confirms());
            return waiting.isEmpty()
                    ? Optional.empty()
                    : deployment
                            .switcher()
                            .confirm(context.cancellation())
                            .map(waits -> "generation " + waits.to() + " is confirmed and stays");
        } catch (StoreException | RebuildException e) {
            log.accept("cannot confirm what was pushed: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Takes back what nobody confirmed in time. */
    void look() {
        if (!Switcher.isUnderWay(places.state())) {
            return;
        }
        try (Deployment deployment = Deployment.open(context, places, log)) {
            deployment.profile();
        } catch (StoreException | RebuildException e) {
            log.accept("cannot look after what was pushed: " + e.getMessage());
        }
    }
}
