package org.sourceos.cli.importing;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.sourceos.importer.plan.SourcePackage;
import org.sourceos.importer.plan.SourcePlan;

/** What building packages from source takes, in words and as JSON. */
final class SourcePlanReport {
    private static final int SHOWN = 12;

    private SourcePlanReport() {}

    static String text(SourcePlan made) {
        return order(made) + "Roughly "
                + hours(made.estimate().time())
                + " one after the other, "
                + (made.estimate().download() >> 20)
                + " MiB to fetch, "
                + (made.estimate().disk() >> 20)
                + " MiB of disk; nothing of it was measured\n";
    }

    /** The packages alone, without what they take. */
    static String order(SourcePlan made) {
        StringBuilder text = new StringBuilder();
        text.append(made.order().size()).append(" source packages, in this order:\n");
        List<String> order = made.order().stream()
                .map(source -> source.name() + " " + source.version())
                .toList();
        some(order).forEach(line -> text.append("  ").append(line).append('\n'));
        if (!made.cycles().isEmpty()) {
            text.append(made.cycles().size()).append(" circles of packages that need each other:\n");
            for (List<String> cycle : made.cycles()) {
                text.append("  ")
                        .append(cycle.size())
                        .append(": ")
                        .append(String.join(" ", some(cycle)))
                        .append('\n');
            }
            text.append("There, Debian's own ")
                    .append(made.cuts().size())
                    .append(" binary packages stand in at first: ")
                    .append(String.join(" ", some(List.copyOf(made.cuts().keySet()))))
                    .append('\n');
        }
        made.missing()
                .forEach((who, what) -> text.append(who)
                        .append(" needs what no package has: ")
                        .append(String.join(", ", what))
                        .append('\n'));
        return text.toString();
    }

    private static List<String> some(List<String> all) {
        return all.size() <= SHOWN
                ? all
                : Stream.concat(
                                all.stream().limit(SHOWN),
                                Stream.of("… and " + (all.size() - SHOWN) + " more (--json)"))
                        .toList();
    }

    static String hours(Duration time) {
        return time.toHours() > 0 ? time.toHours() + " h " + time.toMinutesPart() + " min" : time.toMinutes() + " min";
    }

    static String json(SourcePlan made) {
        return object(made).toString();
    }

    static JsonObject object(SourcePlan made) {
        JsonObject all = new JsonObject();
        JsonArray order = new JsonArray();
        for (SourcePackage source : made.order()) {
            JsonObject one = new JsonObject();
            one.addProperty("name", source.name());
            one.addProperty("version", source.version());
            one.addProperty("bytes", source.bytes());
            order.add(one);
        }
        all.add("order", order);
        JsonArray cycles = new JsonArray();
        for (List<String> cycle : made.cycles()) {
            JsonArray names = new JsonArray();
            cycle.forEach(names::add);
            cycles.add(names);
        }
        all.add("cycles", cycles);
        JsonObject cuts = new JsonObject();
        made.cuts().forEach(cuts::addProperty);
        all.add("cuts", cuts);
        JsonObject missing = new JsonObject();
        made.missing().forEach((who, what) -> missing.addProperty(who, String.join(", ", what)));
        all.add("missing", missing);
        all.addProperty("download_bytes", made.estimate().download());
        all.addProperty("disk_bytes", made.estimate().disk());
        all.addProperty("seconds", made.estimate().time().toSeconds());
        return all;
    }
}
