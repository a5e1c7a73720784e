package org.sourceos.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.confine.Confinement;

/** How machines are kept apart from the host: what {@code SOURCEOS_CONFINE} and {@code SOURCEOS_CONFINE_UIDS} say. */
public final class Confining {
    private static final String HOW = "SOURCEOS_CONFINE";
    private static final String USERS = "SOURCEOS_CONFINE_UIDS";
    private static final long MOST = (1L << 32) - 2 - Confinement.USERS;

    private Confining() {}

    public static Confinement of(CommandContext context, Places places) throws LaunchException {
        String how = context.environment().getOrDefault(HOW, "");
        if (how.equals("never")) {
            return Confinement.none(places.state());
        }
        if (!how.isEmpty() && !how.equals("auto") && !how.equals("require")) {
            throw new LaunchException(HOW + "=" + how + ": there are auto, require and never");
        }
        Path program = context.library().resolve("confine");
        boolean required = how.equals("require");
        if (!Files.isExecutable(program)) {
            if (required) {
                throw new LaunchException("machines cannot be confined, as " + HOW + "=require asks: " + program
                        + " is missing; install SourceOS again");
            }
            return Confinement.none(places.state());
        }
        Confinement confinement = new Confinement(Optional.of(program), required, firstUser(context), places.state());
        if (User.isRoot()) {
            confinement.check();
        }
        return confinement;
    }

    private static long firstUser(CommandContext context) throws LaunchException {
        String text = context.environment().getOrDefault(USERS, "");
        if (text.isEmpty()) {
            return Confinement.FIRST_USER;
        }
        if (!text.matches("[0-9]{1,10}") || Long.parseLong(text) < 1000 || Long.parseLong(text) > MOST) {
            throw new LaunchException(USERS + "=" + text + ": the first of " + Confinement.USERS
                    + " user numbers is wanted, from 1000 to " + MOST + "; write for instance "
                    + Confinement.FIRST_USER);
        }
        return Long.parseLong(text);
    }
}
