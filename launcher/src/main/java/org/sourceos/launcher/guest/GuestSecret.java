package org.sourceos.launcher.guest;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * What only a machine is to know: the file {@code /run/secrets/<name>} there, readable by the program's user. Its value is in no
 * message and no text.
 */
public final class GuestSecret {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");

    private final String name;
    private final byte[] value;

    /** @param name one that {@link #isName} accepts */
    public GuestSecret(String name, byte[] value) {
        if (!isName(name)) {
            throw new IllegalArgumentException("not a secret's name: " + name);
        }
        this.name = name;
        this.value = value.clone();
    }

    /** Letters, digits and {@code . _ -}, the first no point or dash. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    public String name() {
        return name;
    }

    /** Name, zero byte, value. */
    byte[] named() {
        byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        byte[] named = new byte[text.length + 1 + value.length];
        System.arraycopy(text, 0, named, 0, text.length);
        System.arraycopy(value, 0, named, text.length + 1, value.length);
        return named;
    }

    @Override
    public String toString() {
        return "the secret " + name;
    }
}
