package org.sourceos.launcher.machine;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sourceos.launcher.LaunchException;

/**
 * What becomes of a machine whose program has ended without being asked to.
 *
 * @param limit after so many restarts it stays ended; only for {@link When#ON_FAILURE}, 0 for none
 */
public record RestartPolicy(When when, int limit) {
    /** When it is started again. */
    public enum When {
        NO,
        ON_FAILURE,
        ALWAYS
    }

    public static final RestartPolicy NEVER = new RestartPolicy(When.NO, 0);

    private static final Pattern SHAPE = Pattern.compile("no|always|on-failure(?::([1-9][0-9]{0,6}))?");

    /** Reads {@code no}, {@code on-failure[:N]} or {@code always}. */
    public static RestartPolicy parse(String text) throws LaunchException {
        Matcher matcher = SHAPE.matcher(text);
        if (!matcher.matches()) {
            throw new LaunchException("--restart " + text
                    + ": there are no, on-failure, on-failure:N (at most N times) and always; write for instance"
                    + " --restart=on-failure:3");
        }
        if (text.startsWith("on-failure")) {
            return new RestartPolicy(
                    When.ON_FAILURE, matcher.group(1) == null ? 0 : Integer.parseInt(matcher.group(1)));
        }
        return new RestartPolicy(text.equals("no") ? When.NO : When.ALWAYS, 0);
    }

    /** Whether a machine that ended with this status is started again. */
    boolean again(int exitStatus, int restarts) {
        return switch (when) {
            case NO -> false;
            case ALWAYS -> true;
            case ON_FAILURE -> exitStatus != 0 && (limit == 0 || restarts < limit);
        };
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return switch (when) {
            case NO -> "no";
            case ALWAYS -> "always";
            case ON_FAILURE -> limit == 0 ? "on-failure" : "on-failure:" + limit;
        };
    }
}
