package org.sourceos.importer.convert;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The text of a command that runs its program in a machine. */
public final class Shim {
    /** What of a user's dotfiles the machine sees. */
    public enum Profile {
        /** None. */
        FRESH,
        /** A copy, made once, which is the machine's own from then on. */
        COPY,
        /** The folders themselves; of single files a copy, for only folders can be shared. */
        SHARE
    }

    private Shim() {}

    /**
     * @param sourceos the program, absolute
     * @param places {@code SOURCEOS_CONFIG}, {@code SOURCEOS_STORE} and {@code SOURCEOS_STATE} of who converts
     * @param command where the program is on the host
     * @param programs names of all its programs, by which its dotfiles are found
     */
    public static String text(
            String name,
            Path sourceos,
            Map<String, Path> places,
            String command,
            List<String> programs,
            Profile profile) {
        StringBuilder text = new StringBuilder("#!/bin/sh\n# Made by sourceos-convert: ")
                .append(name)
                .append(" runs in a machine. Debian's own is ")
                .append(command)
                .append(Handover.KEPT)
                .append(";\n# `sourceos-convert --undo ")
                .append(name)
                .append("` brings it back.\n");
        text.append("export SOURCEOS_CONFIG=")
                .append(quoted(at(places, "SOURCEOS_CONFIG")))
                .append('\n');
        // Who may not write to the store that was converted into builds into one of their own.
        text.append("if test -w ")
                .append(quoted(at(places, "SOURCEOS_STORE")))
                .append("; then\n  export SOURCEOS_STORE=")
                .append(quoted(at(places, "SOURCEOS_STORE")))
                .append(" SOURCEOS_STATE=")
                .append(quoted(at(places, "SOURCEOS_STATE")))
                .append("\nfi\n");
        // The machine has one language in two encodings.
        text.append(
                "case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in\n  *[Uu][Tt][Ff]*8) language=C.UTF-8 ;;\n  *) language=C ;;\nesac\n");
        text.append("set -- ").append(quoted(name)).append(" -- \"$@\"\n");
        if (profile != Profile.FRESH) {
            text.append(dotfiles(name, programs, profile));
        }
        return text.append("exec ")
                .append(quoted(sourceos.toString()))
                .append(" run -e LANG=\"$language\" --command ")
                .append(quoted(RecipeText.guestPath(command)))
                .append(" \"$@\"\n")
                .toString();
    }

    private static String dotfiles(String name, List<String> programs, Profile profile) {
        StringBuilder names = new StringBuilder();
        for (String program : programs) {
            for (String dotfile : List.of(".%s", ".%src", ".config/%s", ".config/%src", ".local/share/%s")) {
                names.append(' ').append(quoted(dotfile.formatted(program)));
            }
        }
        String share = profile == Profile.SHARE
                ? "if test -d \"$HOME/$file\"; then set -- -v \"$HOME/$file:$guest/$file\" \"$@\"; continue; fi\n    "
                : "";
        return """
                # A folder is the machine's home; what is copied there is copied once.
                home=${XDG_STATE_HOME:-$HOME/.local/state}/sourceos/homes/NAME
                guest=/home/${USER:-user}
                test "$(id -u)" != 0 || guest=/root
                if test -n "$HOME" -a "$HOME" != /; then
                  test -d "$home" && made= || made=1
                  mkdir -p "$home"
                  for file inNAMES; do
                    test -e "$HOME/$file" || continue
                    SHAREif test -n "$made"; then
                      mkdir -p "$(dirname "$home/$file")"
                      cp -a "$HOME/$file" "$home/$file"
                    fi
                  done
                  set -- -v "$home:$guest" "$@"
                fi
                """.replace("NAMES", names).replace("SHARE", share).replace("NAME\n", quoted(name) + "\n");
    }

    private static String at(Map<String, Path> places, String name) {
        return java.util.Objects.requireNonNull(places.get(name), name).toString();
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
