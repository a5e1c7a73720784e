package org.sourceos.cli.language;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.config.nix.EvalException;
import org.sourceos.config.nix.EvalSettings;
import org.sourceos.rebuild.RebuildException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which text is meant, and by which rules it is read: what {@code eval} and {@code parse} have in common. */
final class LanguageOptions {
    @Parameters(arity = "0..1", paramLabel = "FILE", description = "a file, or - for standard input")
    private @Nullable String file;

    @Option(
            names = {"-E", "--expr"},
            paramLabel = "EXPR",
            description = "this expression instead of a file")
    private @Nullable String expression;

    @Mixin
    private RuleOptions rules = new RuleOptions();

    /**
     * A text to read.
     *
     * @param name its path, absolute; for an expression that is in no file, the directory it is relative to
     */
    record Input(String name, boolean isFile, String text) {}

    Input input(CommandContext context) throws java.io.IOException {
        String directory = context.directory().toString();
        if (expression != null) {
            return new Input(directory, false, expression);
        }
        if (file == null || file.equals("-")) {
            return new Input(directory, false, new String(context.in().readAllBytes(), StandardCharsets.UTF_8));
        }
        return new Input(context.directory().resolve(file).normalize().toString(), true, "");
    }

    EvalSettings settings(CommandContext context) {
        return rules.settings(context, onStandardError(context));
    }

    RuleOptions.Setting setting(CommandContext context, Input input) throws RebuildException, EvalException {
        Path path = Path.of(input.name());
        return input.isFile()
                ? rules.ofFile(context, path, onStandardError(context))
                : rules.ofFolder(context, path, onStandardError(context));
    }

    private static Consumer<String> onStandardError(CommandContext context) {
        return line -> context.err().println(line);
    }
}
