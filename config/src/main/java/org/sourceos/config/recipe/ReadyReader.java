package org.sourceos.config.recipe;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.sourceos.config.diagnostic.Quoted;
import org.sourceos.config.toml.CheckedTable;
import org.sourceos.config.toml.Found;

/** Reads {@code [runtime] checkpoint} and {@code ready}. */
final class ReadyReader {
    private static final int MOST_SECONDS = 60;
    private static final int MOST_PORT = 65_535;
    /** Less is too often the pause between two steps of a start. */
    private static final int LEAST_IDLE_MILLIS = 50;

    private final RecipeReader reader;

    ReadyReader(RecipeReader reader) {
        this.reader = reader;
    }

    /** The rule, where the recipe wants the started program to be saved. */
    Optional<ReadyRule> read(CheckedTable runtime) {
        boolean wanted = reader.choice(runtime, "checkpoint", RecipeKeys.CHECKPOINTS, "none")
                .equals("ready");
        ReadyRule rule = runtime.table("ready", RecipeKeys.READY)
                .map(table -> rule(table, runtime.label("ready")))
                .orElseGet(() -> new ReadyRule.Idle(RecipeKeys.READY_IDLE_MILLIS));
        if (!wanted && runtime.contains("ready") && !runtime.contains("checkpoint")) {
            reader.complaints()
                    .add(
                            runtime.keyPosition("ready"),
                            runtime.label("ready") + " says when to save the started program, and nothing says that it"
                                    + " is to be saved",
                            "add checkpoint = \"ready\", or remove ready");
        }
        return wanted ? Optional.of(rule) : Optional.empty();
    }

    private ReadyRule rule(CheckedTable table, String label) {
        long rules = Stream.of("output", "port", "idle").filter(table::contains).count();
        if (rules > 1 || table.names().isEmpty()) {
            reader.complaints()
                    .add(
                            table.position(),
                            label + (rules > 1 ? " has more than one rule" : " has no rule"),
                            "write one of { output = \"> \" }, { port = 8080 } and { idle = \"200ms\" }");
        }
        Optional<Found<String>> output = table.string("output");
        if (output.isPresent()) {
            if (output.get().value().isEmpty()) {
                reader.complaints()
                        .add(
                                output.get().position(),
                                table.label("output") + ": there is no text in it",
                                "write what the program prints when it has started, such as { output = \"> \" }");
            }
            return new ReadyRule.Output(output.get().value());
        }
        if (table.contains("port")) {
            return new ReadyRule.Port(table.number("port", 1, MOST_PORT, 1));
        }
        return new ReadyRule.Idle(
                table.string("idle").map(found -> millis(table, found)).orElse(RecipeKeys.READY_IDLE_MILLIS));
    }

    private int millis(CheckedTable table, Found<String> found) {
        OptionalInt millis = parse(found.value());
        if (millis.isPresent() && millis.getAsInt() >= LEAST_IDLE_MILLIS && millis.getAsInt() <= MOST_SECONDS * 1000) {
            return millis.getAsInt();
        }
        reader.complaints()
                .add(
                        found.position(),
                        table.label("idle") + ": " + Quoted.of(found.value()) + " is not a time from "
                                + LEAST_IDLE_MILLIS + "ms to " + MOST_SECONDS + "s",
                        "write { idle = \"200ms\" } or { idle = \"2s\" }");
        return RecipeKeys.READY_IDLE_MILLIS;
    }

    private static OptionalInt parse(String text) {
        if (text.matches("[0-9]{1,5}ms")) {
            return OptionalInt.of(Integer.parseInt(text.substring(0, text.length() - 2)));
        }
        if (text.matches("[0-9]{1,2}s")) {
            return OptionalInt.of(Integer.parseInt(text.substring(0, text.length() - 1)) * 1000);
        }
        return OptionalInt.empty();
    }
}
