package org.sourceos.rebuild.system;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** What is different between two systems. */
public final class SystemChanges {
    private SystemChanges() {}

    /**
     * One difference.
     *
     * @param what {@code program jq}, {@code option system.hostname}
     * @param before empty where it is new
     * @param after empty where it is gone
     */
    public record Change(String what, Optional<String> before, Optional<String> after) {
        /** On one line: {@code +} new, {@code -} gone, {@code ~} another. */
        public String text() {
            if (before.isEmpty()) {
                return "+ " + what + "  " + after.orElse("");
            }
            return after.isEmpty()
                    ? "- " + what + "  " + before.get()
                    : "~ " + what + "  " + before.get() + " → " + after.get();
        }
    }

    /** What becomes of a machine that runs as long as a generation is active. */
    public enum Fate {
        STARTS,
        RESTARTS,
        STOPS
    }

    /**
     * A machine that a switch does not let run on.
     *
     * @param why the names of what of it changes, sorted; empty where it starts or stops
     */
    public record MachineChange(String machine, Fate fate, List<String> why) {
        public MachineChange {
            why = List.copyOf(why);
        }

        /** On one line. */
        public String text() {
            return "! machine " + machine + " " + fate.name().toLowerCase(Locale.ROOT)
                    + (why.isEmpty() ? "" : ": " + String.join(", ", why) + (why.size() == 1 ? " changes" : " change"));
        }
    }

    /** The machines that start, restart or stop, sorted by name. */
    public static List<MachineChange> machines(SystemState before, SystemState after) {
        List<MachineChange> changes = new ArrayList<>();
        SortedSet<String> names = new TreeSet<>(before.machines().keySet());
        names.addAll(after.machines().keySet());
        for (String name : names) {
            Map<String, String> old = before.machines().get(name);
            Map<String, String> now = after.machines().get(name);
            if (old == null || now == null) {
                changes.add(new MachineChange(name, old == null ? Fate.STARTS : Fate.STOPS, List.of()));
                continue;
            }
            SortedSet<String> parts = new TreeSet<>(old.keySet());
            parts.addAll(now.keySet());
            parts.removeIf(part -> same(Optional.ofNullable(old.get(part)), Optional.ofNullable(now.get(part))));
            if (!parts.isEmpty()) {
                changes.add(new MachineChange(name, Fate.RESTARTS, List.copyOf(parts)));
            }
        }
        return changes;
    }

    /** Programs first, then options, each sorted by name. */
    public static List<Change> between(SystemState before, SystemState after) {
        List<Change> changes = new ArrayList<>();
        compare("program ", before.programs(), after.programs(), changes);
        compare("option ", before.options(), after.options(), changes);
        return changes;
    }

    private static void compare(
            String kind, Map<String, String> before, Map<String, String> after, List<Change> changes) {
        SortedSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        for (String name : names) {
            Optional<String> old = Optional.ofNullable(before.get(name));
            Optional<String> now = Optional.ofNullable(after.get(name));
            if (!same(old, now)) {
                changes.add(new Change(kind + name, old, now));
            }
        }
    }

    /** The version of what was not built is not known: then the package alone decides. */
    private static boolean same(Optional<String> before, Optional<String> after) {
        return before.equals(after)
                || (before.isPresent()
                        && after.isPresent()
                        && (before.get().startsWith(after.get() + " ")
                                || after.get().startsWith(before.get() + " ")));
    }
}
