package org.sourceos.cli.importing;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.language.Counts;
import org.sourceos.importer.convert.Conversion;
import org.sourceos.importer.convert.DesktopEntry;
import org.sourceos.importer.convert.Fit;
import org.sourceos.importer.convert.Journal;
import org.sourceos.importer.plan.SourcePlan;

/** What conversions would do, did and are, for people and as JSON. */
final class ConversionReport {
    private final CommandContext context;
    private final PrintStream out;
    private final boolean json;

    ConversionReport(CommandContext context, boolean json) {
        this.context = context;
        this.out = context.out();
        this.json = json;
    }

    void plans(List<PreparedConversion> all, String profile) {
        if (json) {
            JsonArray array = new JsonArray();
            all.forEach(one -> array.add(json(one, profile)));
            out.println(array);
        } else {
            all.forEach(one -> out.print(text(one, profile)));
        }
    }

    /** Of many programs only what they are and what they reach: pages of details are read by nobody. */
    void shortPlans(List<PreparedConversion> all, String profile) {
        if (json) {
            plans(all, profile);
            return;
        }
        for (PreparedConversion one : all) {
            Conversion conversion = one.conversion();
            out.printf(
                    Locale.ROOT,
                    "%-20s %-24s %s%s%n",
                    conversion.name(),
                    one.version(),
                    String.join(" ", conversion.commands()),
                    conversion.needs().network() ? ", which reaches the network" : "");
        }
        if (!all.isEmpty()) {
            out.println("Each sees the files that its arguments name, with their folders, and of dotfiles: " + profile
                    + "; no devices, no clipboard. --dry-run NAME says what else one of them loses.");
        }
    }

    private static String text(PreparedConversion one, String profile) {
        Conversion conversion = one.conversion();
        StringBuilder text = new StringBuilder(conversion.name())
                .append(' ')
                .append(one.version())
                .append(": ")
                .append(conversion.fit().grade().words())
                .append('\n');
        conversion
                .fit()
                .reasons()
                .forEach(reason -> text.append("  - ").append(reason).append('\n'));
        if (conversion.fit().grade() == Fit.Grade.NOT_CONVERTIBLE) {
            return text.toString();
        }
        line(text, "commands", String.join(", ", conversion.commands()));
        for (DesktopEntry entry : conversion.desktop()) {
            line(
                    text,
                    "desktop",
                    entry.path()
                            + (entry.replacement().isPresent() ? " is replaced" : " follows the command")
                            + (entry.mimeTypes().isEmpty()
                                    ? ""
                                    : ", and opens " + String.join(", ", entry.mimeTypes())));
        }
        conversion.alternatives().forEach(alternative -> line(text, "also called", alternative));
        line(text, "files", "those that its arguments name, with their folders");
        line(text, "dotfiles", profile);
        line(text, "network", conversion.needs().network() ? "out, as the user" : "none");
        line(text, "devices", "none");
        line(text, "clipboard", "none");
        line(text, "built", one.how());
        line(text, "disk", "about " + one.mebibytes() + " MiB");
        conversion.lost().forEach(lost -> line(text, "lost", lost));
        return text.toString();
    }

    private static void line(StringBuilder text, String label, String value) {
        text.append(String.format(Locale.ROOT, "  %-12s %s%n", label, value));
    }

    private static JsonObject json(PreparedConversion one, String profile) {
        Conversion conversion = one.conversion();
        JsonObject object = new JsonObject();
        object.addProperty("name", conversion.name());
        object.addProperty("version", one.version());
        object.addProperty("fit", conversion.fit().grade().name().toLowerCase(Locale.ROOT));
        object.add("reasons", strings(conversion.fit().reasons()));
        object.add("commands", strings(conversion.commands()));
        object.add(
                "desktop",
                strings(conversion.desktop().stream().map(DesktopEntry::path).toList()));
        object.add("alternatives", strings(conversion.alternatives()));
        object.addProperty("network", conversion.needs().network() ? "user" : "none");
        object.add("devices", strings(List.of()));
        object.addProperty("clipboard", "disabled");
        object.addProperty("profile", profile);
        object.addProperty("disk_mib", one.mebibytes());
        object.add("lost", strings(conversion.lost()));
        object.addProperty("recipe", one.recipe());
        return object;
    }

    private static JsonArray strings(List<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }

    void converted(Journal.Entry entry) {
        if (json) {
            out.println(json(entry));
            return;
        }
        out.println(entry.name() + " " + entry.version() + " runs in a machine now, "
                + (entry.origin().equals("source") ? "built from source" : "of Debian's binary") + "; its recipe is "
                + entry.recipeFile() + " of the configuration");
        if (entry.waiting()) {
            out.println("  " + wait(entry));
        }
    }

    private String wait(Journal.Entry entry) {
        // Unless that was forbidden, a service runs or begins with the end of this command.
        return context.environment().getOrDefault("SOURCEOS_SERVICE", "").equals("never")
                ? "nothing builds it from source by itself, for SOURCEOS_SERVICE is never: `sourceos-convert --continue "
                        + entry.name() + "` does"
                : "the resident service builds it from source, and the machine changes over when that is done: --list says"
                        + " how far it is";
    }

    void swapped(Journal.Entry entry) {
        if (json) {
            out.println(json(entry));
        } else {
            out.println(entry.name() + " " + entry.version() + " is built from source now");
        }
    }

    /** What all of it takes, and what is left. */
    void extent(
            List<PreparedConversion> all,
            Map<String, String> left,
            Optional<SourcePlan> plan,
            Optional<Forecast> forecast) {
        if (json) {
            JsonObject object = new JsonObject();
            object.add("left", strings(left));
            plan.ifPresent(made -> {
                JsonObject build = SourcePlanReport.object(made);
                forecast.ifPresent(known -> known.addTo(build));
                object.add("build", build);
            });
            out.println(object);
            return;
        }
        left.forEach((name, why) -> out.println("left: " + name + ", " + why));
        out.println(Counts.of(all.size(), "program") + " to convert, " + left.size() + " left as they are");
        plan.map(SourcePlanReport::order).ifPresent(out::print);
        forecast.ifPresent(known -> out.print(known.text(all.size())));
    }

    void summary(List<String> done, Map<String, String> failed, Map<String, String> left) {
        if (json) {
            JsonObject object = new JsonObject();
            object.add("converted", strings(done));
            object.add("failed", strings(failed));
            object.add("left", strings(left));
            out.println(object);
            return;
        }
        out.println("converted: " + (done.isEmpty() ? "none" : String.join(", ", done)));
        if (!failed.isEmpty()) {
            out.println("not converted:");
            failed.forEach((name, why) ->
                    out.println("  " + name + ": " + why.lines().findFirst().orElse("")));
        }
        if (!left.isEmpty()) {
            out.println("left as they are: " + String.join(", ", left.keySet()));
        }
    }

    private static JsonObject strings(Map<String, String> texts) {
        JsonObject object = new JsonObject();
        texts.forEach(object::addProperty);
        return object;
    }

    void undone(Journal.Entry entry, Path root) {
        if (json) {
            out.println(json(entry));
        } else if (entry.phase() == Journal.Phase.FINALIZED) {
            out.println(entry.name()
                    + " is no longer in a machine; Debian's package was removed, and comes back with `apt-get install "
                    + entry.name() + "`" + (root.equals(Path.of("/")) ? "" : " in " + root));
        } else {
            out.println(entry.name() + " is Debian's own again");
        }
    }

    void finalized(Journal.Entry entry) {
        out.println(json ? json(entry).toString() : "removed Debian's package " + entry.name() + "; its machine stays");
    }

    void list(List<Journal> journals, Path root) throws IOException {
        JsonArray array = new JsonArray();
        for (Journal journal : journals) {
            SourceQueue queue = new SourceQueue(journal, context.clock());
            for (Journal.Entry entry : journal.all(root)) {
                Optional<SourceQueue.Status> status = queue.status(entry);
                if (json) {
                    JsonObject object = json(entry);
                    status.ifPresent(one -> object.add("build", json(one)));
                    array.add(object);
                } else {
                    out.println(line(entry, status));
                }
            }
        }
        if (json) {
            out.println(array);
        }
    }

    private String line(Journal.Entry entry, Optional<SourceQueue.Status> status) {
        return String.format(
                        Locale.ROOT,
                        "%-20s %-24s %-7s since %s",
                        entry.name(),
                        entry.version(),
                        entry.origin(),
                        entry.since())
                + switch (entry.phase()) {
                    case BEGUN -> "; interrupted: convert it again, or --undo it";
                    case UNDOING -> "; undoing it was interrupted: --undo it again";
                    case FINALIZING -> "; removing Debian's package was interrupted: --finalize it again, or --undo it";
                    case FINALIZED -> "; Debian's package is removed";
                    case DONE -> "";
                }
                + status.map(one -> "; " + one.words(context.zone())).orElse("");
    }

    private static JsonObject json(SourceQueue.Status status) {
        JsonObject object = new JsonObject();
        object.addProperty("state", status.state().name().toLowerCase(Locale.ROOT));
        status.tried().ifPresent(tried -> {
            object.addProperty("tries", tried.tries());
            object.addProperty("since", tried.since());
            if (status.state() == SourceQueue.State.FAILED) {
                object.addProperty("reason", tried.reason());
                object.addProperty("next", tried.next());
            }
        });
        return object;
    }

    private static JsonObject json(Journal.Entry entry) {
        JsonObject object = new JsonObject();
        object.addProperty("name", entry.name());
        object.addProperty("version", entry.version());
        object.addProperty("origin", entry.origin());
        object.addProperty("waiting", entry.waiting());
        object.addProperty("phase", entry.phase().name().toLowerCase(Locale.ROOT));
        object.addProperty("since", entry.since());
        object.addProperty("profile", entry.profile());
        object.addProperty("recipe", entry.recipeFile());
        JsonArray paths = new JsonArray();
        entry.placed().forEach(placed -> paths.add(placed.path()));
        object.add("paths", paths);
        return object;
    }
}
