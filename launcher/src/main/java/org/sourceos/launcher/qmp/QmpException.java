package org.sourceos.launcher.qmp;

import java.io.IOException;

/** QEMU has refused a command, or has not answered. */
public final class QmpException extends IOException {
    private static final long serialVersionUID = 1;

    QmpException(String message) {
        super(message);
    }
}
