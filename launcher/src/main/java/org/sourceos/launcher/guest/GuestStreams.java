package org.sourceos.launcher.guest;

import java.io.InputStream;
import java.io.OutputStream;
import org.sourceos.host.Terminal;

/** Where the program's input comes from and its output goes. Nothing here is closed when the program ends. */
public sealed interface GuestStreams {
    InputStream stdin();

    OutputStream stdout();

    /** The program has three pipes. */
    record Pipes(InputStream stdin, OutputStream stdout, OutputStream stderr) implements GuestStreams {}

    /** The program has a terminal of its own, of this size at first; what it shows comes as one stream. */
    record OnTerminal(InputStream stdin, OutputStream stdout, Terminal.Size size) implements GuestStreams {}
}
