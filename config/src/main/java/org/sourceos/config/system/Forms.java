package org.sourceos.config.system;

import org.sourceos.config.options.OptionType;
import org.sourceos.config.options.OptionType.Form;

/** Texts of a certain form. */
final class Forms {
    static final OptionType HOST_NAME = new Form(
            "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?",
            "a host name (letters, digits and -, at most 63)",
            "host names",
            "study");
    static final OptionType TIME_ZONE =
            new Form("[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*", "a time zone", "time zones", "Europe/Berlin");
    static final OptionType LOCALE = new Form(
            "C|POSIX|[A-Za-z]+(_[A-Za-z]+)?(\\.[A-Za-z0-9-]+)?(@[a-z]+)?", "a locale", "locales", "en_GB.UTF-8");
    static final OptionType INPUT_DEVICE = new Form(
            "[A-Za-z0-9_./:-]+",
            "an input device (KIND:VENDOR:PRODUCT, or a name)",
            "input devices",
            "keyboard:046D:C31C");
    static final OptionType KERNEL_FEATURE =
            new Form("[A-Z0-9_]+", "a kernel feature (capitals, digits and _)", "kernel features", "VFIO");
    static final OptionType SIZE = new Form("[0-9]+[KMGT]", "a size (a number with K, M, G or T)", "sizes", "512M");
    static final OptionType DOMAIN = new Form(
            "[A-Za-z0-9][A-Za-z0-9_.-]{0,62}",
            "a name (letters, digits and . _ -, beginning with a letter or digit)",
            "names",
            "work");
    static final OptionType DEVICE_PATH =
            new Form("/dev/[^\\s]+", "a device of the host (/dev/…)", "devices of the host", "/dev/dri/card1");
    static final OptionType FOLDER =
            new Form("/[^\\n]*", "an absolute path as a text (\"/…\")", "absolute paths", "/boot");
    static final OptionType PORT_FORWARD = new Form(
            "([0-9]{1,3}(\\.[0-9]{1,3}){3}:)?[0-9]{1,5}:[0-9]{1,5}",
            "a forwarded port ([ADDRESS:]HOST:GUEST)", "forwarded ports", "8080:80");
    static final OptionType DURATION =
            new Form("[0-9]{1,9}(ms|s|m|h)", "a time (a number with ms, s, m or h)", "times", "30s");

    private Forms() {}
}
