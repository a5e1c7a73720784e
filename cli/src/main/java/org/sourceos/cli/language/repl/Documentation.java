package org.sourceos.cli.language.repl;

import java.util.Optional;
import org.sourceos.cli.UsageException;
import org.sourceos.config.ConfigException;
import org.sourceos.config.nix.BuiltinReference;
import org.sourceos.config.nix.EvalException;
import org.sourceos.config.nix.Evaluator;
import org.sourceos.config.nix.FunctionDescription;
import org.sourceos.config.nix.NixAttrs;
import org.sourceos.config.nix.NixString;
import org.sourceos.config.nix.NixValue;
import org.sourceos.config.nix.ParseException;
import org.sourceos.config.options.OptionReference;
import org.sourceos.config.options.PackageDeclarations.PackageDeclaration;

/** What {@code :doc} says. */
final class Documentation {
    private final Session session;

    Documentation(Session session) {
        this.session = session;
    }

    String of(String text) throws ParseException, EvalException, UsageException {
        NixValue value = session.evaluator().force(session.evaluate(text));
        Optional<String> packaged = packageName(value);
        if (packaged.isPresent()) {
            return ofPackage(packaged.get());
        }
        FunctionDescription function = session.evaluator()
                .describe(value)
                .orElseThrow(() -> new UsageException(text + " is " + value.typeWithArticle()
                        + "; functions and packages have documentation, options have `sourceos options`"));
        if (function.builtin().isPresent()) {
            String name = function.builtin().get();
            return BuiltinReference.of(name)
                    .map(BuiltinReference.Entry::plainText)
                    .orElseThrow(() -> new UsageException("nothing is written about " + name));
        }
        return function.head()
                + function.place().map(place -> "\n  " + place).orElse("")
                + "\n\n"
                + function.comment().orElse("There is no /** comment */ before it.");
    }

    private Optional<String> packageName(NixValue value) throws EvalException {
        if (!(value instanceof NixAttrs attrs)) {
            return Optional.empty();
        }
        Optional<String> type = string(attrs, "_type");
        return type.filter("package"::equals).isPresent() ? string(attrs, "name") : Optional.empty();
    }

    private Optional<String> string(NixAttrs attrs, String name) throws EvalException {
        Optional<NixValue> value = attrs.get(name);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        Evaluator evaluator = session.evaluator();
        return evaluator.force(value.get()) instanceof NixString string ? Optional.of(string.text()) : Optional.empty();
    }

    private String ofPackage(String name) throws UsageException {
        PackageDeclaration declaration;
        try {
            declaration = session.packages().find(name);
        } catch (ConfigException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        StringBuilder out = new StringBuilder("package " + name);
        declaration.description().ifPresent(text -> out.append(": ").append(text));
        if (!declaration.hasRecipe()) {
            out.append("\n  nobody has written its recipe yet");
        }
        declaration
                .options()
                .forEach((option, declared) -> out.append("\n\n").append(OptionReference.text(option, declared)));
        return out.toString();
    }
}
