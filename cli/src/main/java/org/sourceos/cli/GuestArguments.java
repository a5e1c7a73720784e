package org.sourceos.cli;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Whose words are whose in {@code run [OPTIONS] NAME [LONG OPTIONS] [--] [ARGUMENTS]}.
 *
 * <p>Before the name every option is ours. After it our long options are ours still, up to the first word that is none of
 * them: that and all behind it belong to the program, as does everything behind {@code --}. So {@code run lua -e 'print(1)'}
 * and {@code run hello --version} mean the program's, {@code run firefox --network=none URL} means ours.
 */
final class GuestArguments {
    /** Long options that are the program's own behind its name. */
    private static final Set<String> NEVER_AFTER_NAME = Set.of("--help", "--version");

    /** Options whose value may be a word of its own. */
    private final Set<String> withValue = new HashSet<>();

    private final Set<String> afterName = new HashSet<>();

    /** @param run the options of {@code run} */
    GuestArguments(CommandSpec run) {
        for (OptionSpec option : run.options()) {
            for (String name : option.names()) {
                if (option.arity().max() > 0) {
                    withValue.add(name);
                }
                if (name.startsWith("--") && !NEVER_AFTER_NAME.contains(name)) {
                    afterName.add(name);
                    if (option.negatable()) {
                        afterName.add("--no-" + name.substring(2));
                    }
                }
            }
        }
    }

    /** The words with a {@code --} put where ours end. {@code words} starts with {@code run}. */
    String[] separate(List<String> words) {
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
            } else if (named && !afterName.contains(option)) {
                break;
            } else {
                separated.add(word);
                if (withValue.contains(word) && i + 1 < words.size()) {
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
