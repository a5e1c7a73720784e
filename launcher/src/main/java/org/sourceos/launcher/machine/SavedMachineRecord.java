package org.sourceos.launcher.machine;

import java.io.IOException;
import org.sourceos.launcher.guest.GuestChannel;
import org.sourceos.launcher.guest.Mark;

/** What was known of a machine when it was saved, kept as the text that {@code machine.json} is. */
public final class SavedMachineRecord {
    private final String text;
    private final MachineRecord record;

    private SavedMachineRecord(String text, MachineRecord record) {
        this.text = text;
        this.record = record;
    }

    static SavedMachineRecord of(MachineRecord record) {
        return new SavedMachineRecord(MachineJson.write(record), record);
    }

    /** Reads {@link #text}. */
    public static SavedMachineRecord parse(String text) throws IOException {
        return new SavedMachineRecord(text, MachineJson.read(text));
    }

    public String text() {
        return text;
    }

    public String id() {
        return record.id();
    }

    public String name() {
        return record.name();
    }

    public MachineRequest request() {
        return record.request();
    }

    /** Whether its guest speaks as this host does. */
    public boolean isUnderstood() {
        return record.protocol() == GuestChannel.PROTOCOL_VERSION;
    }

    Mark mark() {
        return record.mark();
    }
}
