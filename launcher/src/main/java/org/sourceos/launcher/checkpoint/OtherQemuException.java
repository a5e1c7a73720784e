package org.sourceos.launcher.checkpoint;

import java.io.IOException;

/** A machine was saved by another QEMU than the one that is to go on with it. */
public final class OtherQemuException extends IOException {
    private static final long serialVersionUID = 1;

    OtherQemuException(QemuIdentity savedBy, QemuIdentity here) {
        super("it was saved by " + savedBy + ", and this is " + here);
    }
}
