package org.sourceos.cli.machine;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sourceos.launcher.machine.MachineState;
import org.sourceos.launcher.machine.MachineStatus;
import org.sourceos.launcher.machine.MachineUsage;

/** Machines as people read them, and as JSON. */
final class MachineText {
    private static final int PROGRAM_WIDTH = 30;

    private MachineText() {}

    static String state(MachineStatus machine) {
        String state = machine.state().name().toLowerCase(Locale.ROOT);
        return machine.state() == MachineState.ENDED && machine.end().isPresent()
                ? state + " (" + machine.end().get().status() + ")"
                : state;
    }

    /** {@code 42 s}, {@code 5 min}, {@code 3 h}, {@code 2 d}. */
    static String ago(Instant then, Instant now) {
        Duration passed = Duration.between(then, now);
        if (passed.toMinutes() < 2) {
            return Math.max(0, passed.toSeconds()) + " s";
        } else if (passed.toHours() < 2) {
            return passed.toMinutes() + " min";
        }
        return passed.toDays() < 2 ? passed.toHours() + " h" : passed.toDays() + " d";
    }

    static String mib(long kib) {
        return String.format(Locale.ROOT, "%.1f MiB", kib / 1024.0);
    }

    static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }

    /** The program and its arguments, of a length that leaves room beside it, and nothing a terminal would obey. */
    static String program(MachineStatus machine) {
        String text = String.join(" ", machine.program()).replaceAll("\\p{Cntrl}", "?");
        return text.length() <= PROGRAM_WIDTH ? text : text.substring(0, PROGRAM_WIDTH - 1) + "…";
    }

    /** Columns as wide as their widest entry. */
    static String table(List<List<String>> rows) {
        List<Integer> widths = new ArrayList<>();
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                int width = row.get(i).length();
                if (i == widths.size()) {
                    widths.add(width);
                }
                widths.set(i, Math.max(widths.get(i), width));
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                line.append(row.get(i))
                        .append(" ".repeat(widths.get(i) - row.get(i).length() + 2));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    static JsonObject json(MachineStatus machine, Optional<MachineUsage> usage) {
        JsonObject object = new JsonObject();
        object.addProperty("id", machine.id());
        object.addProperty("name", machine.name());
        object.addProperty("owner", machine.owner());
        object.addProperty("image", machine.image());
        object.addProperty("version", machine.version());
        object.add("program", array(machine.program()));
        object.addProperty("state", machine.state().name().toLowerCase(Locale.ROOT));
        object.addProperty("since", machine.since().toString());
        object.addProperty("created", machine.created().toString());
        object.addProperty("restart", machine.restart().toString());
        object.addProperty("restarts", machine.restarts());
        object.addProperty("network", machine.network());
        object.add("ports", array(machine.ports()));
        object.addProperty("terminal", machine.terminal());
        JsonObject limits = new JsonObject();
        machine.limits().forEach(limits::addProperty);
        object.add("limits", limits);
        object.addProperty("log", machine.log().toString());
        object.add(
                "pid",
                machine.pid().isPresent() ? new JsonPrimitive(machine.pid().get()) : JsonNull.INSTANCE);
        machine.end().ifPresent(end -> {
            object.addProperty("exit_status", end.status());
            object.addProperty("exit_message", end.message());
        });
        usage.ifPresent(now -> {
            object.addProperty("pss_kib", now.pssKib());
            object.addProperty("private_kib", now.privateKib());
            object.addProperty("shared_kib", now.sharedKib());
            object.addProperty("copy_kib", now.copyKib());
            object.addProperty("cpu_seconds", now.cpu().toMillis() / 1000.0);
        });
        return object;
    }

    private static JsonArray array(List<String> values) {
        JsonArray array = new JsonArray();
        values.forEach(array::add);
        return array;
    }
}
