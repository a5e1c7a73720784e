package org.sourceos.config.recipe;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the small texts of a recipe have to look like. */
enum Shape {
    /** Part of a ref's name and of file names, so what git refuses is refused here. */
    NAME(
            "(?!.*\\.\\.)[A-Za-z0-9][A-Za-z0-9+._-]{0,99}",
            "letters, digits and + - . _, beginning with a letter or digit, without \"..\""),
    VERSION("[A-Za-z0-9][A-Za-z0-9.+~_-]{0,99}", "letters, digits and . + - ~ _, beginning with a letter or digit"),
    FEATURE("[A-Za-z0-9][A-Za-z0-9_-]{0,99}", "letters, digits, - and _"),
    KERNEL_FEATURE("[A-Z0-9][A-Z0-9_]{0,99}", "capitals, digits and _"),
    DEVICE("/dev/(?!.*(?:^|/)\\.\\.?(?:/|$))[A-Za-z0-9][A-Za-z0-9:+._/-]*", "an absolute path below /dev"),
    GLOB("/(?!.*(?:^|/)\\.\\.(?:/|$))\\P{Cntrl}+", "an absolute path of the machine, in which * and ** may stand"),
    LOCALE(
            "(?:C|POSIX|[a-z]{2,3}(?:_[A-Z]{2})?)(?:\\.[A-Za-z0-9-]+)?(?:@[a-z]+)?",
            "a language, such as de or de_DE.UTF-8"),
    TERMINAL("[A-Za-z0-9][A-Za-z0-9+._-]*", "the name of a terminal, such as xterm-256color"),
    VARIABLE("[A-Za-z_][A-Za-z0-9_]*", "letters, digits and _, not beginning with a digit"),
    SHA256("[0-9a-f]{64}", "64 hexadecimal digits in lower case"),
    DEBIAN_PACKAGE("[a-z0-9][a-z0-9+.-]+", "lower-case letters, digits and + - ."),
    ADDRESS("https?://[^\\s\\p{Cntrl}]+", "an address that begins with https://"),
    LINE("\\P{Cntrl}*", "one line");

    private final Pattern pattern;
    private final String described;

    Shape(String pattern, String described) {
        this.pattern = Pattern.compile(pattern);
        this.described = described;
    }

    boolean fits(String text) {
        return pattern.matcher(text).matches();
    }

    String described() {
        return described;
    }

    /** The text as it was probably meant, where a slip is easily mended. */
    Optional<String> mended(String text) {
        String stripped = text.strip();
        String mended = switch (this) {
            case KERNEL_FEATURE ->
                stripped.toUpperCase(Locale.ROOT)
                        .replaceFirst("^CONFIG_", "")
                        .replaceFirst("=Y$", "")
                        .replace('-', '_');
            case SHA256 -> stripped.toLowerCase(Locale.ROOT).replaceFirst("^sha256[:-]", "");
            case DEBIAN_PACKAGE -> stripped.toLowerCase(Locale.ROOT);
            case DEVICE -> stripped.startsWith("dev/") ? "/" + stripped : "/dev/" + stripped;
            case GLOB -> "/" + stripped;
            case NAME, FEATURE -> stripped.replaceAll("\\s+", "-");
            case VERSION -> stripped.replaceFirst("^[=]+", "").strip();
            default -> stripped;
        };
        return fits(mended) ? Optional.of(mended) : Optional.empty();
    }
}
