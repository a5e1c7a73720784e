package org.sourceos.config.nix.toml;

import static org.sourceos.config.nix.toml.TomlInput.NONE;

/** Dates and times. */
final class TomlMoments {
    private static final int MOST_OFFSET_HOURS = 24;
    private static final int MOST_OFFSET_MINUTES = 60;

    private final TomlInput in;

    TomlMoments(TomlInput in) {
        this.in = in;
    }

    /** Reads a date, a time or both if there is something of the kind here; whether there is. */
    boolean read() throws TomlException {
        int date = date(in.at);
        if (date == NONE) {
            int time = time(in.at);
            if (time != NONE) {
                checkTime(in.at);
                in.at = time;
            }
            return time != NONE;
        }
        int start = in.one(date, "Tt ");
        int time = start == NONE ? NONE : time(start);
        if (time == NONE) {
            checkAfter(date);
            checkDate(in.at);
            in.at = date;
            return true;
        }
        int offset = offset(time);
        if (offset == NONE && in.one(time, "+-") != NONE) {
            throw new TomlException("bad offset: must be [+-]HH:MM or Z");
        }
        checkDate(in.at);
        checkTime(start);
        if (offset > time + 1) {
            checkOffset(time);
        }
        in.at = offset == NONE ? time : offset;
        return true;
    }

    /** What looks like a time after a date but is none. */
    private void checkAfter(int date) throws TomlException {
        int c = in.byteAt(date);
        boolean digitAfterSpace = c == ' ' && in.digits(date + 1, 1) > date + 1;
        if (c == 'T' || c == 't' || digitAfterSpace) {
            throw new TomlException("bad time: must be HH:MM:SS.subsec");
        }
        if (in.digits(date, 1) > date) {
            throw new TomlException("bad datetime: missing T or space");
        }
    }

    private int date(int from) {
        int month = in.one(in.exactDigits(from, 4), "-");
        int day = in.one(in.exactDigits(month, 2), "-");
        return in.exactDigits(day, 2);
    }

    private int time(int from) {
        int minute = in.one(in.exactDigits(from, 2), ":");
        int second = in.one(in.exactDigits(minute, 2), ":");
        int end = in.exactDigits(second, 2);
        if (end != NONE && in.byteAt(end) == '.') {
            int fraction = in.digits(end + 1, Integer.MAX_VALUE);
            return fraction > end + 1 ? fraction : end;
        }
        return end;
    }

    private int offset(int from) {
        int zulu = in.one(from, "Zz");
        return zulu != NONE ? zulu : in.exactDigits(in.one(in.exactDigits(in.one(from, "+-"), 2), ":"), 2);
    }

    private int number(int from, int count) {
        return Integer.parseInt(in.text.substring(from, from + count));
    }

    private void checkDate(int from) throws TomlException {
        int year = number(from, 4);
        int month = number(from + 5, 2);
        int day = number(from + 8, 2);
        boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        int last = switch (month) {
            case 2 -> leap ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
        if (month < 1 || month > 12 || day < 1 || day > last) {
            throw new TomlException("toml::parse_local_date: invalid date.");
        }
    }

    private void checkTime(int from) throws TomlException {
        // A leap second is a time.
        if (number(from, 2) > 23 || number(from + 3, 2) > 59 || number(from + 6, 2) > 60) {
            throw new TomlException("toml::parse_local_time: invalid time.");
        }
    }

    private void checkOffset(int from) throws TomlException {
        if (number(from + 1, 2) > MOST_OFFSET_HOURS || number(from + 4, 2) > MOST_OFFSET_MINUTES) {
            throw new TomlException("toml::parse_offset_datetime: too large offset: |hour| <= 24, |minute| <= 60");
        }
    }
}
