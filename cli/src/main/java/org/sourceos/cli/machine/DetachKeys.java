package org.sourceos.cli.machine;

import java.util.Arrays;

/**
 * Recognises Ctrl-] d in what is typed. A Ctrl-] that is followed by something else is passed on with it; a second one
 * behind it stands for itself.
 */
final class DetachKeys {
    private static final int ESCAPE = 0x1d;

    private boolean pending;

    /**
     * What of the input goes on to the program.
     *
     * @param bytes what goes on
     * @param detach whether the keys were complete; what was typed behind them is dropped
     */
    record Typed(byte[] bytes, boolean detach) {}

    Typed type(byte[] typed, int length) {
        byte[] passed = new byte[length + 1];
        int n = 0;
        for (int i = 0; i < length; i++) {
            if (pending) {
                pending = false;
                if (typed[i] == 'd') {
                    return new Typed(Arrays.copyOf(passed, n), true);
                }
                passed[n++] = ESCAPE;
                if (typed[i] == ESCAPE) {
                    continue;
                }
            } else if (typed[i] == ESCAPE) {
                pending = true;
                continue;
            }
            passed[n++] = typed[i];
        }
        return new Typed(Arrays.copyOf(passed, n), false);
    }
}
