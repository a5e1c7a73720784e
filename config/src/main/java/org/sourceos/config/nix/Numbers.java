package org.sourceos.config.nix;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** How numbers are written where they become text. */
final class Numbers {
    private Numbers() {}

    /** As C's {@code %f}: six digits after the point. */
    static String fixed(double value) {
        if (Double.isNaN(value)) {
            return Double.doubleToRawLongBits(value) < 0 ? "-nan" : "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        String text = new BigDecimal(value).setScale(6, RoundingMode.HALF_EVEN).toPlainString();
        boolean negativeZero = !text.startsWith("-") && (value < 0 || (value == 0 && 1 / value < 0));
        return negativeZero ? "-" + text : text;
    }

    /** The shortest text that reads back as the same number, as JSON has it: always with a point or an exponent. */
    static String shortest(double value) {
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal decimal = new BigDecimal(shortestDigits(Math.abs(value))).stripTrailingZeros();
        String digits = decimal.unscaledValue().toString();
        int point = digits.length() - decimal.scale();
        String sign = value < 0 ? "-" : "";
        if (digits.length() <= point && point <= 15) {
            return sign + digits + "0".repeat(point - digits.length()) + ".0";
        }
        if (0 < point && point <= 15) {
            return sign + digits.substring(0, point) + "." + digits.substring(point);
        }
        if (-4 < point && point <= 0) {
            return sign + "0." + "0".repeat(-point) + digits;
        }
        int exponent = point - 1;
        String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        int size = Math.abs(exponent);
        return sign + mantissa + "e" + (exponent < 0 ? "-" : "+") + (size < 10 ? "0" : "") + size;
    }

    /** Of the shortest texts the nearest; the JDK's own is now and then longer than need be before Java 19. */
    private static String shortestDigits(double value) {
        BigDecimal exact = new BigDecimal(value);
        int longest =
                new BigDecimal(Double.toString(value)).stripTrailingZeros().precision();
        for (int precision = Math.max(1, longest - 2); precision <= longest; precision++) {
            String shorter = exact.round(new MathContext(precision, RoundingMode.HALF_DOWN))
                    .toString();
            if (Double.parseDouble(shorter) == value) {
                return shorter;
            }
        }
        return Double.toString(value);
    }
}
