package org.sourceos.config.recipe;

/** {@code [runtime] ready}: when the program has started and may be saved. */
public sealed interface ReadyRule {
    /** Its output has this text in it. */
    record Output(String text) implements ReadyRule {
        @Override
        public String toString() {
            return "output " + text;
        }
    }

    /** Something in its machine listens at this TCP port. */
    record Port(int number) implements ReadyRule {
        @Override
        public String toString() {
            return "port " + number;
        }
    }

    /** For so long it has said nothing, and nothing in its machine has run. */
    record Idle(int millis) implements ReadyRule {
        @Override
        public String toString() {
            return "idle " + millis;
        }
    }
}
