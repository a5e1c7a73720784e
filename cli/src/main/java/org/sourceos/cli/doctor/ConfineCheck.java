package org.sourceos.cli.doctor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Confining;
import org.sourceos.cli.Places;
import org.sourceos.cli.User;
import org.sourceos.host.ProcessRunner;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.confine.Confinement;
import org.sourceos.launcher.confine.Protections;

/** Which protections a machine's QEMU has on this host: by confining a process that does nothing. */
final class ConfineCheck {
    private static final String WHAT = "confinement";

    private final CommandContext context;
    private final Places places;

    ConfineCheck(CommandContext context, Places places) {
        this.context = context;
        this.places = places;
    }

    Finding find() {
        try {
            Confinement confinement = Confining.of(context, places);
            if (!confinement.isOn()) {
                return Finding.limited(
                        WHAT,
                        "off: QEMU may do whatever you may",
                        "unset SOURCEOS_CONFINE; if it is not set, install SourceOS again");
            }
            return judge(Protections.available(confinement, new ProcessRunner(), context.cancellation()), confinement);
        } catch (LaunchException | IOException e) {
            return Finding.limited(WHAT, String.valueOf(e.getMessage()), "mend what the message says and ask again");
        }
    }

    private static Finding judge(List<String> available, Confinement confinement) {
        List<String> complaints = new ArrayList<>(available);
        complaints.removeAll(List.of("namespaces", "root", "user"));
        if (!available.contains("root")) {
            return Finding.limited(
                    WHAT,
                    "missing: namespaces, a root file system" + (User.isRoot() ? " and a user" : "")
                            + " of its own; QEMU has no capabilities, and sees your files ("
                            + String.join("; ", complaints) + ")",
                    "allow user namespaces (see sandbox), or run inside a container that allows them; Linux 5.12 is"
                            + " needed. SOURCEOS_CONFINE=require refuses to run without");
        }
        if (User.isRoot() && !available.contains("user")) {
            return Finding.limited(
                    WHAT,
                    "missing: a user of its own, for this host does not have the numbers from "
                            + confinement.firstUser() + " on",
                    "give the container more numbers, or choose others: SOURCEOS_CONFINE_UIDS=FIRST");
        }
        return Finding.usable(
                WHAT,
                User.isRoot()
                        ? "namespaces, a root file system and a user of its own for each machine"
                        : "namespaces and a root file system of its own for each machine; the user is you");
    }
}
