package org.sourceos.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Whose words are whose in {@code run [OPTIONS] NAME [LONG OPTIONS] [--] [ARGUMENTS]}.
 *
 * <p>Before the name every option is ours. After it our long options are ours still, up to the first word that is none of
 * them: that and all behind it belong to the program, as does everything behind {@code --}. So {@code run lua -e 'print(1)'}
 * and {@code run hello --version} mean the program's, {@code run firefox --network=none URL} means ours.
 */
final class GuestArguments {
    /** Options of {@code run} whose value may be a word of its own. */
    private static final Set<String> WITH_VALUE = Set.of(
            "-e",
            "--env",
            "-p",
            "--publish",
            "-v",
            "--volume",
            "--cpus",
            "--mem",
            "--network",
            "--accel",
            "--command",
            "--features",
            "--boot-timeout",
            "--workdir",
            "-w",
            "--progress-fd",
            "--config",
            "--store");

    /** Long options that are ours after the name as well. {@code --help} and {@code --version} are the program's there. */
    private static final Set<String> AFTER_NAME = Set.of(
            "--env",
            "--publish",
            "--volume",
            "--cpus",
            "--mem",
            "--network",
            "--accel",
            "--command",
            "--features",
            "--boot-timeout",
            "--workdir",
            "--offline",
            "--dry-run",
            "--explain",
            "--json",
            "--progress-fd",
            "--tty",
            "--no-tty",
            "--keep-failed",
            "--config",
            "--store",
            "--with-profile",
            "--vim-mode",
            "--input-domain",
            "--keyboard");

    private GuestArguments() {}

    /** The words with a {@code --} put where ours end. {@code words} starts with {@code run}. */
    static String[] separate(List<String> words) {
        List<String> separated = new ArrayList<>();
        separated.add(words.get(0));
        boolean named = false;
        int i = 1;
        for (; i < words.size(); i++) {
            String word = words.get(i);
            String option = word.startsWith("--") && word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
            if (word.equals("--") && named) {
                i++;
                break;
            }
            if (!named && !word.startsWith("-")) {
                named = true;
                separated.add(word);
            } else if (named && !AFTER_NAME.contains(option)) {
                break;
            } else {
                separated.add(word);
                if (WITH_VALUE.contains(word) && i + 1 < words.size()) {
                    separated.add(words.get(++i));
                }
            }
        }
        if (named) {
            separated.add("--");
        }
        separated.addAll(words.subList(Math.min(i, words.size()), words.size()));
        return separated.toArray(String[]::new);
    }
}
