package org.sourceos.cli.install;

import java.util.List;

/** The names of machines, for the commands that take one: what the rest of the completions, made from the options, cannot know. */
final class MachineCompletion {
    private static final List<String> ENDED_TOO = List.of("logs", "inspect", "rm");
    private static final List<String> LIVE = List.of("attach", "exec", "kill", "pause", "resume", "stop");

    private MachineCompletion() {}

    /** To be read after the script that completes {@code sourceos} by the function of this name. */
    static String bash(String function) {
        return """

                # Names of machines; everything else as above.
                _sourceos_with_machines() {
                    local word=${COMP_WORDS[COMP_CWORD]} all= before
                    case ${COMP_WORDS[1]-} in
                    @ENDED@) all=-a ;;
                    @LIVE@) ;;
                    *) @FUNCTION@; return ;;
                    esac
                    if test "$COMP_CWORD" -lt 2 || test "${word#-}" != "$word"; then
                        @FUNCTION@
                        return
                    fi
                    for before in "${COMP_WORDS[@]:2:COMP_CWORD-2}"; do
                        test "$before" != -- || return 0
                    done
                    COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" ps $all --names 2> /dev/null)" -- "$word"))
                }
                complete -F _sourceos_with_machines -o default sourceos
                """.replace("@ENDED@", String.join(" | ", ENDED_TOO))
                .replace("@LIVE@", String.join(" | ", LIVE))
                .replace("@FUNCTION@", function);
    }
}
