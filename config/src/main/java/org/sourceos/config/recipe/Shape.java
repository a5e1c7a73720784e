package org.sourceos.config.recipe;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the small texts of a recipe have to look like. */
enum Shape {
    /** Part of a ref's name and of file names, so what git refuses is refused here. */
    NAME(
            "(?!.*\\.\\.)[A-Za-z0-9][A-Za-z0-9+._-]{0,99}",
            "a name (letters, digits and + - . _, beginning with a letter or digit)"),
    VERSION(
            "[A-Za-z0-9][A-Za-z0-9.+~_-]{0,99}",
            "a version (letters, digits and . + - ~ _, beginning with a letter or digit)"),
    FEATURE("[A-Za-z0-9][A-Za-z0-9_-]{0,99}", "the name of a feature (letters, digits, - and _)"),
    OPTION("[A-Za-z][A-Za-z0-9_-]{0,99}", "the name of an option (letters, digits, - and _, beginning with a letter)"),
    KERNEL_FEATURE("(?!CONFIG_)[A-Z0-9][A-Z0-9_]{0,99}", "the name of a kernel feature (capitals, digits and _)"),
    DEVICE(
            "/dev/(?!.*(?:^|/)\\.\\.?(?:/|$))[A-Za-z0-9][A-Za-z0-9:+._/-]*",
            "an absolute path below /dev",
            "name a device; which files the program is given is for files to say"),
    GLOB(
            "/(?!.*(?:^|/)\\.\\.(?:/|$))\\P{Cntrl}+",
            "an absolute path, in which * and ** may stand and .. may not",
            "write it from the machine's root, such as \"/usr/lib/lua/**\""),
    LOCALE(
            "(?:C|POSIX|[a-z]{2,3}(?:_[A-Z]{2})?)(?:\\.[A-Za-z0-9-]+)?(?:@[a-z]+)?",
            "a locale", "write a language such as \"de\", or with country and encoding \"de_DE.UTF-8\""),
    TERMINAL("[A-Za-z0-9][A-Za-z0-9+._-]*", "the name of a terminal", "write a name such as \"xterm-256color\""),
    PROCESSORS(
            "[0-9]{1,4}(?:-[0-9]{1,4})?(?:,[0-9]{1,4}(?:-[0-9]{1,4})?)*",
            "a list of processors",
            "write their numbers, such as \"4-7\" or \"0,2\""),
    VARIABLE("[A-Za-z_][A-Za-z0-9_]*", "the name of a variable (letters, digits and _, not beginning with a digit)"),
    SHA256(
            "[0-9a-f]{64}",
            "a SHA-256 (64 hexadecimal digits in lower case)",
            "write what sha256sum prints, or remove the key: what is fetched first is pinned in sourceos.lock"),
    DEBIAN_PACKAGE(
            "debian:[a-z0-9][a-z0-9+.-]+", "the name of a Debian package (lower-case letters, digits and + - .)"),
    ADDRESS("https?://[^\\s\\p{Cntrl}]+", "an address", "write https://…"),
    LABEL("(?!\\s)\\P{Cntrl}{1,200}", "one line of text", "remove line breaks, and spaces at its beginning"),
    ICON(
            "[A-Za-z0-9][A-Za-z0-9._-]{0,99}|/(?!.*(?:^|/)\\.\\.(?:/|$))\\P{Cntrl}+",
            "the name of an icon or an absolute path",
            "write a name such as \"text-editor\", without an ending"),
    CATEGORY(
            "[A-Za-z0-9][A-Za-z0-9-]{0,49}",
            "a category of menus",
            "write one of the Desktop Menu Specification, such as \"Utility\""),
    MIME(
            "[a-z0-9][a-z0-9!#$&^_.+-]{0,99}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,99}",
            "a type of files",
            "write it as in \"text/html\""),
    LINE("\\P{Cntrl}*", "one line", "remove line breaks and control characters");

    private final Pattern pattern;
    private final String described;
    private final Optional<String> advice;

    Shape(String pattern, String described) {
        this(pattern, described, Optional.empty());
    }

    Shape(String pattern, String described, String advice) {
        this(pattern, described, Optional.of(advice));
    }

    Shape(String pattern, String described, Optional<String> advice) {
        this.pattern = Pattern.compile(pattern);
        this.described = described;
        this.advice = advice;
    }

    boolean fits(String text) {
        return pattern.matcher(text).matches();
    }

    /** With its article, for {@code is not …}. */
    String described() {
        return described;
    }

    /** What to do where nothing can be mended. */
    Optional<String> advice() {
        return advice;
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
            case DEVICE ->
                stripped.startsWith("dev/") ? "/" + stripped : stripped.startsWith("/") ? stripped : "/dev/" + stripped;
            case GLOB -> "/" + stripped;
            case NAME, FEATURE, OPTION -> stripped.replaceAll("\\s+", "-");
            case VERSION -> stripped.replaceFirst("^[=]+", "").strip();
            default -> stripped;
        };
        return fits(mended) ? Optional.of(mended) : Optional.empty();
    }
}
