package org.sourceos.cli.language.repl;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.UsageException;
import org.sourceos.cli.language.RuleOptions;
import org.sourceos.config.nix.EvalException;
import org.sourceos.config.nix.Evaluator;
import org.sourceos.config.nix.NixAttrs;
import org.sourceos.config.nix.NixText;
import org.sourceos.config.nix.NixValue;
import org.sourceos.config.nix.ParseException;
import org.sourceos.config.options.PackageDeclarations;
import org.sourceos.rebuild.RebuildException;

/** What the texts typed so far have made: an evaluator, and the values that have names. */
final class Session {
    private final CommandContext context;
    private final Rules rules;
    private final List<Path> loaded = new ArrayList<>();
    private final SortedMap<String, NixValue> defined = new TreeMap<>();
    private RuleOptions.Setting setting;

    /** Makes a new evaluator; files are read anew by it. */
    @FunctionalInterface
    interface Rules {
        RuleOptions.Setting setting() throws RebuildException, EvalException;
    }

    Session(CommandContext context, Rules rules) throws RebuildException, EvalException {
        this.context = context;
        this.rules = rules;
        this.setting = rules.setting();
    }

    Evaluator evaluator() {
        return setting.evaluator();
    }

    PackageDeclarations packages() {
        return setting.packages();
    }

    /** What was given a name here, without what is there by itself. */
    SortedMap<String, NixValue> defined() {
        return Collections.unmodifiableSortedMap(defined);
    }

    /** All that has a name and is no builtin and no package: what functions are given is known by its name too. */
    Map<String, NixValue> variables() {
        Map<String, NixValue> variables = new TreeMap<>(setting.arguments());
        variables.putAll(defined);
        return variables;
    }

    boolean isIncomplete(String text) {
        return evaluator().isIncomplete(text(text));
    }

    private NixText text(String text) {
        return NixText.of("«repl»", context.directory().toString(), text);
    }

    NixValue evaluate(String text) throws ParseException, EvalException {
        return evaluator().eval(text(text), variables());
    }

    /** Evaluated when somebody asks for it; a value of the same name that there was before is what it sees. */
    void define(String name, String text) throws ParseException, EvalException {
        defined.put(name, evaluator().delay(text(text), variables()));
    }

    /**
     * Makes the attributes of a set names.
     *
     * @return how many
     */
    int add(NixValue value, String what) throws EvalException, UsageException {
        NixValue called = evaluator().autoCall(value, setting.arguments());
        if (!(called instanceof NixAttrs attrs)) {
            throw new UsageException(
                    what + " is " + called.typeWithArticle() + ", and only the attributes of a set can become names");
        }
        for (String name : attrs.names()) {
            attrs.get(name).ifPresent(attribute -> defined.put(name, attribute));
        }
        return attrs.size();
    }

    int load(Path file) throws ParseException, EvalException, UsageException {
        if (!Files.exists(file)) {
            throw new UsageException("there is no file " + file);
        }
        int count = add(evaluator().evalFile(file.toString()), file.toString());
        if (!loaded.contains(file)) {
            loaded.add(file);
        }
        return count;
    }

    /** @return how many files were loaded again */
    int reload() throws RebuildException, ParseException, EvalException, UsageException {
        setting = rules.setting();
        defined.clear();
        for (Path file : loaded) {
            load(file);
        }
        return loaded.size();
    }
}
