package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code repl} as a person uses it. */
@Tag("slow")
class ReplOnTerminalTest {
    private static final String CTRL_C = "\u0003";
    private static final String CTRL_D = "\u0004";
    private static final String UP = "\u001bOA";

    @TempDir
    private Path folder;

    private Desk desk;

    @BeforeEach
    void sitDown() throws IOException {
        desk = Desk.in(folder).with("SOURCEOS_STATE", folder.resolve("state").toString());
    }

    private static void leave(Desk.OnTerminal repl) throws IOException {
        repl.type(CTRL_D);
        assertThat(repl.process().await().exitStatus()).as(repl.screen().text()).isZero();
    }

    @Test
    void completesNamesAndGoesOnOverLines() throws IOException {
        try (Desk.OnTerminal repl = desk.onTerminal("repl")) {
            repl.screen().untilShows("sourceos> ");
            repl.type("builtins.stringLen\t \"four\" * 25\r");
            repl.screen().untilShows("100\r\n");
            repl.type("{ long =\r");
            repl.screen().untilShows("        > ");
            repl.type("250 + 50; }\r");
            repl.screen().untilShows("{ long = 300; }");
            leave(repl);
        }
    }

    @Test
    void anEndlessEvaluationIsInterruptedAndTheSessionGoesOn() throws IOException {
        try (Desk.OnTerminal repl = desk.onTerminal("repl")) {
            repl.screen().untilShows("sourceos> ");
            repl.type("xs = builtins.genList (n: n) 1000000\r");
            repl.type("sum = f: builtins.foldl' (a: x: a + f x) 0 xs\r");
            repl.type("builtins.trace \"begun\" (sum (x: sum (y: sum (z: 1))))\r");
            repl.screen().untilShows("trace: begun");
            repl.type(CTRL_C);
            repl.screen().untilShows("interrupted");
            repl.type("half a line" + CTRL_C);
            repl.type("40 + 2\r");
            repl.screen().untilShows("42\r\n");
            leave(repl);
        }
    }

    @Test
    void theNextSessionRemembersWhatWasTyped() throws IOException {
        try (Desk.OnTerminal repl = desk.onTerminal("repl")) {
            repl.screen().untilShows("sourceos> ");
            repl.type("\"remem\" + \"bered\"\r");
            repl.screen().untilShows("\"remembered\"");
            leave(repl);
        }
        Path history = folder.resolve("state/repl-history");
        assertThat(history).content().contains("\"remem\" + \"bered\"");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(history)))
                .isEqualTo("rw-------");
        try (Desk.OnTerminal repl = desk.onTerminal("repl")) {
            repl.screen().untilShows("sourceos> ");
            repl.type(UP + "\r");
            repl.screen().untilShows("\"remembered\"");
            leave(repl);
        }
    }

    /** The terminal is given back as it was: what is typed after it shows. */
    @Test
    void theTerminalIsGivenBack() throws IOException {
        try (Desk.OnTerminal shell = desk.onTerminal("repl; stty -a")) {
            shell.screen().untilShows("sourceos> ");
            shell.type(":q\r");
            shell.screen().untilShows(" echo ");
            assertThat(shell.screen().text()).contains(" icanon ").doesNotContain("-icanon");
        }
    }
}
