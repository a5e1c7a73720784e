package org.sourceos.cli.language.instantiate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sourceos.config.nix.EvalSettings.SearchPathEntry;
import org.sourceos.config.nix.OutputForm;

/**
 * What a command line of {@code nix-instantiate} asks for.
 *
 * @param operands files, or expressions when {@code fromArguments}
 * @param attributes the paths of {@code -A}, in order
 * @param given the values of {@code --arg} and its like, by name
 * @param searchPath the entries of {@code -I}
 * @param settings the last value of every setting that was given
 */
record Arguments(
        Task task,
        OutputForm form,
        boolean strict,
        boolean fromStandardInput,
        boolean fromArguments,
        List<String> operands,
        List<String> attributes,
        Map<String, Given> given,
        List<SearchPathEntry> searchPath,
        Map<String, String> settings) {

    enum Task {
        INSTANTIATE,
        EVALUATE,
        PARSE,
        FIND_FILE,
        HELP,
        VERSION
    }

    /** Where the value of an argument comes from. */
    enum Source {
        EXPRESSION,
        STRING,
        FILE,
        STANDARD_INPUT
    }

    record Given(Source source, String text) {}

    Arguments {
        operands = List.copyOf(operands);
        attributes = List.copyOf(attributes);
        given = Map.copyOf(given);
        searchPath = List.copyOf(searchPath);
        settings = Map.copyOf(settings);
    }

    Optional<String> setting(String name) {
        return Optional.ofNullable(settings.get(name));
    }

    boolean isOn(String name) {
        return setting(name).map(value -> value.equals("true")).orElse(false);
    }

    /** What has been read of a command line so far. */
    static final class Builder {
        private Task task = Task.INSTANTIATE;
        OutputForm form = OutputForm.VALUE;
        boolean strict;
        boolean places = true;
        boolean fromStandardInput;
        boolean fromArguments;
        final List<String> operands = new ArrayList<>();
        final List<String> attributes = new ArrayList<>();
        final Map<String, Given> given = new TreeMap<>();
        final List<SearchPathEntry> searchPath = new ArrayList<>();
        final Map<String, String> settings = new TreeMap<>();

        /** The task that is farthest from building anything counts, whatever the order. */
        void task(Task wanted) {
            if (wanted.compareTo(task) > 0) {
                task = wanted;
            }
        }

        Arguments build() {
            boolean bare = form == OutputForm.XML && !places;
            return new Arguments(
                    task,
                    bare ? OutputForm.XML_WITHOUT_PLACES : form,
                    strict,
                    fromStandardInput,
                    fromArguments,
                    operands,
                    attributes,
                    given,
                    searchPath,
                    settings);
        }
    }
}
