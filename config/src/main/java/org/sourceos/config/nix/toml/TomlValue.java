package org.sourceos.config.nix.toml;

import java.util.ArrayList;
import java.util.List;

/** What a key of a TOML document can stand for. */
public sealed interface TomlValue permits TomlTable, TomlValue.Leaf, TomlValue.Array {
    /** A value without parts. */
    sealed interface Leaf extends TomlValue {}

    /** One byte per char. */
    record Text(String bytes) implements Leaf {}

    record Whole(long value) implements Leaf {}

    record Real(double value) implements Leaf {}

    record Truth(boolean value) implements Leaf {}

    /** A date, a time, or both: checked, and of no further interest. */
    record Moment() implements Leaf {}

    /** {@code [1, 2]}, or the tables of one {@code [[name]]}, to which more can be added. */
    record Array(boolean growing, List<TomlValue> elements) implements TomlValue {
        Array(boolean growing) {
            this(growing, new ArrayList<>());
        }

        boolean isOfTables() {
            return !elements.isEmpty() && elements.stream().allMatch(e -> e instanceof TomlTable);
        }
    }
}
