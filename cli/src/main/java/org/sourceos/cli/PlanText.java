package org.sourceos.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Locale;
import org.sourceos.rebuild.plan.BuildKey;
import org.sourceos.rebuild.plan.BuildPlan;
import org.sourceos.rebuild.plan.Explanation;
import org.sourceos.rebuild.plan.KeyInputs;
import org.sourceos.rebuild.plan.PlannedStep;

/** Plans and explanations, for people and as JSON. */
public final class PlanText {
    private PlanText() {}

    /** A line a step: what is reused, what would be done. */
    public static String of(BuildPlan plan) {
        StringBuilder text = new StringBuilder();
        for (PlannedStep step : plan.steps()) {
            text.append(step.state() == PlannedStep.State.REUSED ? "have  " : "do    ")
                    .append(step.id())
                    .append(step.key().map(key -> "  " + key.abbreviated()).orElse(""))
                    .append('\n');
        }
        return text.toString();
    }

    public static JsonArray json(BuildPlan plan) {
        JsonArray steps = new JsonArray();
        for (PlannedStep step : plan.steps()) {
            JsonObject json = new JsonObject();
            json.addProperty("step", step.id());
            json.addProperty("state", step.state().name().toLowerCase(Locale.ROOT));
            step.key().map(BuildKey::digest).ifPresent(key -> json.addProperty("key", key.hex()));
            JsonArray needs = new JsonArray();
            step.needs().forEach(needs::add);
            json.add("needs", needs);
            steps.add(json);
        }
        return steps;
    }

    static String of(List<Explanation> explanations) {
        StringBuilder text = new StringBuilder();
        for (Explanation explanation : explanations) {
            text.append(explanation.step())
                    .append(": ")
                    .append(sentence(explanation))
                    .append('\n');
            for (KeyInputs.Change change : explanation.changes()) {
                text.append("    ")
                        .append(change.name())
                        .append(": ")
                        .append(change.before().map(PlanText::shown).orElse("(not there)"))
                        .append(" -> ")
                        .append(change.after().map(PlanText::shown).orElse("(not there)"))
                        .append('\n');
            }
        }
        return text.toString();
    }

    private static String sentence(Explanation explanation) {
        String key =
                explanation.key().map(k -> " (key " + k.abbreviated() + ")").orElse("");
        return switch (explanation.verdict()) {
            case REUSED -> "in the store" + key;
            case CHANGED -> "to be built: its inputs changed since the last build" + key;
            case NEW -> "to be built: never built before" + key;
            case NOT_PINNED -> "to be built: something it is made from has not been fetched yet";
        };
    }

    static JsonArray explanationJson(List<Explanation> explanations) {
        JsonArray array = new JsonArray();
        for (Explanation explanation : explanations) {
            JsonObject json = new JsonObject();
            json.addProperty("step", explanation.step());
            json.addProperty("verdict", explanation.verdict().name().toLowerCase(Locale.ROOT));
            explanation
                    .key()
                    .ifPresent(key -> json.addProperty("key", key.digest().hex()));
            JsonArray changes = new JsonArray();
            for (KeyInputs.Change change : explanation.changes()) {
                JsonObject entry = new JsonObject();
                entry.addProperty("input", change.name());
                change.before().ifPresent(value -> entry.addProperty("before", value));
                change.after().ifPresent(value -> entry.addProperty("after", value));
                changes.add(entry);
            }
            json.add("changes", changes);
            array.add(json);
        }
        return array;
    }

    /** One line, at most 60 characters: whole scripts are inputs too. */
    private static String shown(String value) {
        String line = value.strip().replace("\n", "\\n");
        return line.codePointCount(0, line.length()) <= 60
                ? "\"" + line + "\""
                : "\"" + line.substring(0, line.offsetByCodePoints(0, 57)) + "…\"";
    }
}
