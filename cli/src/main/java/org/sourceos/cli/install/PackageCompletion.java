package org.sourceos.cli.install;

/** The names of packages for {@code sourceos-convert}: those that are converted where that is asked for, otherwise dpkg's. */
final class PackageCompletion {
    private PackageCompletion() {}

    /** To be read after the script that completes the command by the function of this name. */
    static String bash(String function) {
        return """

                # Names of packages; everything else as above.
                _sourceos_convert_with_packages() {
                    local word=${COMP_WORDS[COMP_CWORD]} names
                    case ${COMP_WORDS[COMP_CWORD-1]} in --profile | --root) @FUNCTION@; return ;; esac
                    if test "${word#-}" != "$word"; then
                        @FUNCTION@
                        return
                    fi
                    case " ${COMP_WORDS[*]} " in
                    *" --undo "* | *" --finalize "* | *" --continue "*)
                        names=$("${COMP_WORDS[0]}" --list --names 2> /dev/null) ;;
                    *) names=$(dpkg-query -W -f '${Package}\\n' "$word*" 2> /dev/null) ;;
                    esac
                    COMPREPLY=($(compgen -W "$names" -- "$word"))
                }
                complete -F _sourceos_convert_with_packages -o default sourceos-convert
                """.replace("@FUNCTION@", function);
    }
}
