package org.sourceos.launcher.checkpoint;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sourceos.launcher.qmp.QmpClient;

/**
 * Which QEMU it is, as it says itself ({@code query-version}). A microvm's state has no version of its own: only the very
 * same QEMU is sure to read it as it was written.
 *
 * @param version such as {@code 7.2.22}
 * @param vendor the packager's name for it; empty for one of our own
 */
public record QemuIdentity(String version, String vendor) {
    private static final Pattern SAID =
            Pattern.compile("QEMU emulator version ([0-9]+\\.[0-9]+\\.[0-9]+)(?: \\(([^\n]*)\\))?");

    static QemuIdentity of(QmpClient qmp, Duration limit) throws IOException {
        try {
            JsonObject answer =
                    qmp.execute("query-version", new JsonObject(), limit).getAsJsonObject();
            JsonObject numbers = answer.getAsJsonObject("qemu");
            return new QemuIdentity(
                    numbers.get("major").getAsInt() + "." + numbers.get("minor").getAsInt() + "."
                            + numbers.get("micro").getAsInt(),
                    answer.get("package").getAsString());
        } catch (IllegalStateException | NullPointerException | NumberFormatException e) {
            throw new IOException("QEMU does not say which version it is", e);
        }
    }

    /** From what {@code --version} says; empty when that is something else. */
    public static Optional<QemuIdentity> parse(String text) {
        Matcher matcher = SAID.matcher(text);
        return matcher.find()
                ? Optional.of(new QemuIdentity(
                        matcher.group(1), Optional.ofNullable(matcher.group(2)).orElse("")))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return "QEMU " + version + (vendor.isEmpty() ? "" : " (" + vendor + ")");
    }
}
