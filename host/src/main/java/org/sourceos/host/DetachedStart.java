package org.sourceos.host;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The one way to start a program that outlives this process: see {@link ProcessRunner#startDetached}. */
final class DetachedStart {
    private DetachedStart() {}

    static ProcessIdentity start(Command command, String program, Path stderr) throws IOException {
        // A session of its own: no terminal's signal reaches it, nor one for our process group.
        List<String> argv = new ArrayList<>(List.of("/usr/bin/setsid", program));
        argv.addAll(command.argv().subList(1, command.argv().size()));
        ProcessBuilder builder = new ProcessBuilder(argv)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(stderr.toFile());
        command.directory().ifPresent(d -> builder.directory(d.toFile()));
        builder.environment().clear();
        builder.environment().putAll(command.environment());
        Process process = builder.start();
        // Until somebody waits for it a process keeps its number; the JDK waits in a thread of its own.
        return ProcessIdentity.of(process.pid())
                .orElseThrow(() -> new IOException(command.program() + " ended at once, with status "
                        + (process.isAlive() ? "unknown" : process.exitValue())));
    }
}
