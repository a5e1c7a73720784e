package org.sourceos.config.nix.toml;

import static org.sourceos.config.nix.toml.TomlInput.NONE;

import java.math.BigInteger;

/** Integers and floating-point numbers. */
final class TomlNumbers {
    private static final String HEX = "0123456789abcdefABCDEF";
    private static final String DECIMAL = "0123456789";

    private final TomlInput in;

    TomlNumbers(TomlInput in) {
        this.in = in;
    }

    TomlValue read() throws TomlException {
        int real = real(in.at);
        if (real != NONE) {
            if (in.byteAt(real) == '_') {
                throw new TomlException("bad float: `_` must be surrounded by digits");
            }
            return new TomlValue.Real(realValue(taken(real)));
        }
        int end = whole(in.at);
        if (end == NONE) {
            throw new TomlException(
                    switch (in.peek()) {
                        case '.' -> "bad float: integer part is required before decimal point";
                        case '_' -> "bad number: `_` must be surrounded by digits";
                        default -> "bad format: unknown value appeared";
                    });
        }
        checkAfter(end);
        return new TomlValue.Whole(wholeValue(end));
    }

    /** Infinity, or what is no number, without a sign. */
    TomlValue readWord() throws TomlException {
        return new TomlValue.Real(realValue(taken(in.at + 3)));
    }

    private String taken(int end) {
        String text = in.text.substring(in.at, end);
        in.at = end;
        return text;
    }

    /** What follows an integer and cannot. */
    private void checkAfter(int end) throws TomlException {
        int c = in.byteAt(end);
        if (c == '_') {
            boolean zero = in.text.substring(in.at, end).matches("[+-]?0");
            throw new TomlException(
                    zero
                            ? "bad integer: leading zero is not allowed in decimal int"
                            : "bad integer: `_` must be surrounded by digits");
        }
        if (c == '0') {
            throw new TomlException("bad integer: leading zero");
        }
        if (in.digits(end, 1) > end) {
            throw new TomlException("bad integer: invalid digit after an integer");
        }
        if (c == ':' || c == '-') {
            throw new TomlException("bad datetime: invalid format");
        }
        if (c == '.' || c == 'e' || c == 'E') {
            throw new TomlException("bad float: invalid format");
        }
    }

    private long wholeValue(int end) throws TomlException {
        int digits = in.one(in.at, "+-") == NONE ? in.at : in.at + 1;
        int base = in.byteAt(digits) != '0'
                ? 10
                : switch (in.byteAt(digits + 1)) {
                    case 'b' -> 2;
                    case 'o' -> 8;
                    case 'x' -> 16;
                    default -> 10;
                };
        String name = base == 2 ? "bin" : base == 8 ? "oct" : base == 10 ? "dec" : "hex";
        if (base != 10 && end <= digits + 2) {
            String like = base == 2 ? "0b0101, 0b1111_0000" : base == 8 ? "0o775, 0o04_44" : "0xC0FFEE, 0xdead_beef";
            throw new TomlException(
                    "toml::parse_" + name + "_integer: invalid integer: " + name + "_int must be like: " + like);
        }
        String text = taken(end).replace("_", "");
        BigInteger value = new BigInteger(base == 10 ? text : text.substring(2), base);
        if (value.bitLength() > 63) {
            throw new TomlException("toml::parse_" + name + "_integer: too large integer: current max "
                    + (base == 10 ? "digits" : "value") + " = 2^63");
        }
        return value.longValue();
    }

    private static double realValue(String text) throws TomlException {
        String plain = text.replace("_", "");
        switch (plain) {
            case "inf", "+inf":
                return Double.POSITIVE_INFINITY;
            case "-inf":
                return Double.NEGATIVE_INFINITY;
            case "nan", "+nan":
                return Double.NaN;
            case "-nan":
                return Double.longBitsToDouble(0xfff8000000000000L);
            default:
                double value = Double.parseDouble(plain);
                if (Double.isInfinite(value)) {
                    throw new TomlException("toml::parse_floating: failed to read floating point value from stream");
                }
                return value;
        }
    }

    private int real(int from) {
        int sign = in.one(from, "+-");
        int start = sign == NONE ? from : sign;
        if (in.text.startsWith("inf", start) || in.text.startsWith("nan", start)) {
            return start + 3;
        }
        int whole = decimal(from);
        if (whole == NONE) {
            return NONE;
        }
        int exponent = exponent(whole);
        if (exponent != NONE) {
            return exponent;
        }
        int fraction = in.byteAt(whole) == '.' ? grouped(whole + 1, DECIMAL) : NONE;
        int both = fraction == NONE ? NONE : exponent(fraction);
        return both == NONE ? fraction : both;
    }

    private int exponent(int from) {
        int letter = in.one(from, "eE");
        int sign = in.one(letter, "+-");
        return letter == NONE ? NONE : grouped(sign == NONE ? letter : sign, DECIMAL);
    }

    /** The end of an integer: of a zero where a prefix of another base is not followed by a digit of it. */
    private int whole(int from) {
        for (String based : new String[] {"x" + HEX, "o01234567", "b01"}) {
            if (in.text.startsWith("0" + based.charAt(0), from)) {
                int end = grouped(from + 2, based.substring(1));
                return end == NONE ? from + 1 : end;
            }
        }
        return decimal(from);
    }

    private int decimal(int from) {
        int sign = in.one(from, "+-");
        int start = sign == NONE ? from : sign;
        return in.byteAt(start) == '0' ? start + 1 : grouped(start, DECIMAL);
    }

    /** The end of digits, between which single underscores may stand. */
    private int grouped(int from, String digits) {
        int end = in.one(from, digits);
        int next = end;
        while (next != NONE) {
            end = next;
            int underscore = in.one(end, "_");
            next = in.one(underscore == NONE ? end : underscore, digits);
        }
        return end;
    }
}
