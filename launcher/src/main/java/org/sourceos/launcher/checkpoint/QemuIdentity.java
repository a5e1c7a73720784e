package org.sourceos.launcher.checkpoint;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.time.Duration;
import org.sourceos.launcher.qmp.QmpClient;

/**
 * Which QEMU it is, as it says itself ({@code query-version}). A microvm's state has no version of its own: only the very
 * same QEMU is sure to read it as it was written.
 *
 * @param version such as {@code 7.2.22}
 * @param vendor the packager's name for it; empty for one of our own
 */
public record QemuIdentity(String version, String vendor) {
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

    @Override
    public String toString() {
        return "QEMU " + version + (vendor.isEmpty() ? "" : " (" + vendor + ")");
    }
}
