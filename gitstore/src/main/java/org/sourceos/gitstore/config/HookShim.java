package org.sourceos.gitstore.config;

import java.nio.file.Path;
import java.util.Set;

/**
 * The text of a hook: runs the user's own hook of that name first, if there is one, then the program. POSIX sh.
 *
 * <p>Standard input that both have to read is kept in a file that has lost its name before anything else runs, so that
 * nothing is left behind however the hook ends.
 */
final class HookShim {
    static final String USER = ".user";
    static final String MARK = "# installed by sourceos: ";
    private static final Set<String> WITH_INPUT =
            Set.of("pre-receive", "post-receive", "pre-push", "post-rewrite", "reference-transaction");

    private HookShim() {}

    static String text(String name, Path program) {
        return "#!/bin/sh\n"
                + MARK + "`sourceos hooks` changes or removes this file; a hook of your own goes into " + name + USER
                + "\n"
                + "program=" + quoted(program.toString()) + "\n"
                + "user=\"${0%/*}/" + name + USER + "\"\n"
                + "if ! [ -x \"$program\" ]; then\n"
                + "    echo \"$0: $program is not there any more; install sourceos again, or remove this hook\" >&2\n"
                + "    exit 127\n"
                + "fi\n"
                + "if [ -x \"$user\" ]; then\n"
                + (WITH_INPUT.contains(name) ? runWithInput() : "    \"$user\" \"$@\" || exit\n")
                + "fi\n"
                + "exec \"$program\" hooks run " + name + " \"$@\"\n";
    }

    private static String runWithInput() {
        return "    input=$(mktemp) || exit\n"
                + "    exec 3>\"$input\" 4<\"$input\" 5<\"$input\" || exit\n"
                + "    rm -f -- \"$input\"\n"
                + "    cat >&3 || exit\n"
                + "    exec 3>&-\n"
                + "    \"$user\" \"$@\" <&4 4<&- 5<&- || exit\n"
                + "    exec <&5 4<&- 5<&-\n";
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
