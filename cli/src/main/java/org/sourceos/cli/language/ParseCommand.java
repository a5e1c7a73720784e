package org.sourceos.cli.language;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.config.nix.Evaluator;
import org.sourceos.config.nix.ParseException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sourceos parse}: how a text of the configuration language is understood. */
@Command(
        name = "parse",
        header = "Parse the configuration language and print it with all parentheses.",
        description = "Exit status 2, with place and line, when the text is not in the language.",
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  sourceos parse system.source.nix", "  sourceos parse -E 'a: a + 1 * 2'"})
public final class ParseCommand implements Callable<Integer> {
    private final CommandContext context;

    @Mixin
    private LanguageOptions options = new LanguageOptions();

    ParseCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        LanguageOptions.Input input = options.input(context);
        Evaluator evaluator = new Evaluator(new FolderSourceIo(), options.settings(context));
        try {
            context.out()
                    .println(
                            input.isFile()
                                    ? evaluator.parse(
                                            input.name(),
                                            Files.readString(Path.of(input.name()), StandardCharsets.UTF_8))
                                    : evaluator.parseExpression(input.name(), input.text()));
            return ExitCode.DONE.status();
        } catch (ParseException e) {
            context.err().println(e.getMessage());
            return ExitCode.UNUSABLE.status();
        }
    }
}
