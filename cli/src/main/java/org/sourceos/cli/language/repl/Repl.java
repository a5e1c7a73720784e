package org.sourceos.cli.language.repl;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.UsageException;
import org.sourceos.cli.language.Counts;
import org.sourceos.config.nix.EvalException;
import org.sourceos.config.nix.NixValue;
import org.sourceos.config.nix.ParseException;
import org.sourceos.host.Cancellation;
import org.sourceos.rebuild.RebuildException;

/** Reads entries, does what they say, and goes on after a mistake. */
final class Repl {
    /** What a value shows of itself unasked: its own elements, not theirs. */
    private static final int GLANCE = 1;

    private final CommandContext context;
    private final Session session;
    private final Console console;
    private final Documentation documentation;
    private boolean traces;
    private boolean allWell = true;

    Repl(CommandContext context, Session session, Console console) {
        this.context = context;
        this.session = session;
        this.console = console;
        this.documentation = new Documentation(session);
    }

    /** @return whether nothing went wrong */
    boolean run(List<Path> files) throws IOException {
        for (Path file : files) {
            attempt(() -> load(file));
        }
        Optional<String> entry = console.read(this::isIncomplete);
        while (entry.isPresent() && !context.cancellation().isCancelled()) {
            Entry read = Entry.of(entry.get());
            if (read instanceof Entry.Command command && command.directive() == Directive.QUIT) {
                break;
            }
            attempt(() -> execute(read));
            entry = console.read(this::isIncomplete);
        }
        context.cancellation().throwIfCancelled();
        return allWell;
    }

    private boolean isIncomplete(String text) {
        return Entry.of(text).expression().filter(session::isIncomplete).isPresent();
    }

    @FunctionalInterface
    private interface Action {
        void run() throws ParseException, EvalException, RebuildException, UsageException;
    }

    private void attempt(Action action) {
        try (Cancellation.Registration interrupt =
                console.onInterrupt(() -> session.evaluator().cancel())) {
            action.run();
        } catch (EvalException e) {
            wrong(e.wasCancelled() ? "interrupted" : String.valueOf(e.getMessage()));
            if (traces) {
                e.trace().forEach(line -> console.complain("  " + line));
            }
        } catch (ParseException | RebuildException | UsageException e) {
            wrong(String.valueOf(e.getMessage()));
        }
    }

    private void wrong(String message) {
        allWell = false;
        console.complain(message);
    }

    private void execute(Entry entry) throws ParseException, EvalException, RebuildException, UsageException {
        if (entry instanceof Entry.Expression expression) {
            print(session.evaluate(expression.text()), GLANCE);
        } else if (entry instanceof Entry.Binding binding) {
            session.define(binding.name(), binding.text());
        } else if (entry instanceof Entry.Command command) {
            execute(command.directive(), command.argument());
        } else if (entry instanceof Entry.Unknown unknown) {
            throw new UsageException("there is no command " + unknown.word()
                    + Directive.suggestion(unknown.word()).map(s -> ": " + s).orElse("; :? lists them"));
        }
    }

    private void print(NixValue value, int depth) throws EvalException {
        console.say(session.evaluator().pretty(value, depth));
    }

    private void execute(Directive directive, String argument)
            throws ParseException, EvalException, RebuildException, UsageException {
        if ((directive.takesExpression() || directive.takesFile()) && argument.isEmpty()) {
            throw new UsageException("what? " + directive.usage());
        }
        switch (directive) {
            case ADD -> console.say("added " + Counts.of(session.add(session.evaluate(argument), argument), "name"));
            case DOC -> console.say(documentation.of(argument));
            case ENV -> list();
            case HELP -> console.say(Directive.help());
            case LOAD -> load(context.directory().resolve(argument).normalize());
            case PRINT -> print(session.evaluate(argument), Integer.MAX_VALUE);
            case RELOAD -> console.say("loaded " + Counts.of(session.reload(), "file"));
            case TYPE ->
                console.say(
                        session.evaluator().force(session.evaluate(argument)).typeWithArticle());
            case TRACE -> trace(argument);
            case QUIT -> throw new IllegalStateException("the loop ends there");
        }
    }

    private void load(Path file) throws ParseException, EvalException, UsageException {
        console.say("added " + Counts.of(session.load(file), "name") + " of " + file);
    }

    private void list() throws EvalException {
        for (Map.Entry<String, NixValue> defined : session.defined().entrySet()) {
            console.say(defined.getKey() + " = " + session.evaluator().pretty(defined.getValue(), 0));
        }
    }

    private void trace(String argument) throws UsageException {
        traces = switch (argument) {
            case "" -> !traces;
            case "true" -> true;
            case "false" -> false;
            default -> throw new UsageException(":te takes true or false, not " + argument);
        };
        console.say("errors show " + (traces ? "everything that was being evaluated" : "only their own place"));
    }
}
