package org.sourceos.launcher.template;

import org.sourceos.gitstore.Digest;
import org.sourceos.gitstore.image.Readiness;
import org.sourceos.launcher.guest.GuestProgram;
import org.sourceos.launcher.guest.GuestUser;

/**
 * A program that may be saved after its start, and all of a launch that it has seen by then: only a launch with the same of
 * each may go on from there. Folders and secrets of a launch are nothing that can be saved, so launches with any have none of
 * these.
 *
 * @param onTerminal whether it has a terminal; of which size it learns later
 */
public record ReadyProgram(GuestProgram program, boolean onTerminal, Readiness readiness) {
    /** Tells one from another. */
    Digest digest() {
        StringBuilder text = new StringBuilder("sourceos program 1\n");
        program.arguments().forEach(argument -> text.append(argument).append('\0'));
        text.append('\n');
        program.environment()
                .forEach((name, value) ->
                        text.append(name).append('=').append(value).append('\0'));
        GuestUser user = program.user();
        text.append('\n')
                .append(program.directory().orElse("\0"))
                .append('\n')
                .append(user.uid() + " " + user.gid() + " " + user.groups())
                .append('\0' + user.name() + '\0' + user.home() + '\0' + program.hostname())
                .append('\n')
                .append(onTerminal)
                .append(readiness.toJson());
        return Digest.of(text.toString());
    }
}
