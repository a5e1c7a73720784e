package org.sourceos.launcher.machine;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.sourceos.launcher.guest.GuestHub;

/** Those who watch one machine's own program at the moment. */
final class Attachments {
    private final Lifecycle life;
    private final List<Attachment> attachments = new CopyOnWriteArrayList<>();

    Attachments(Lifecycle life) {
        this.life = life;
    }

    Attachment add(GuestHub hub) {
        Attachment attachment = new Attachment(life, hub, attachments::remove);
        attachments.add(attachment);
        return attachment;
    }

    void offer(boolean isError, ByteBuffer bytes) {
        attachments.forEach(attachment -> attachment.offer(isError, bytes));
    }

    void end(Attachment.Reason reason) {
        attachments.forEach(attachment -> attachment.end(reason));
    }
}
