package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The options of {@code run}, seen from inside of a machine. */
@Tag("vm")
@Tag("slow")
class RunOptionsTest {
    @TempDir
    private Path folder;

    private Desk desk;

    @BeforeEach
    void sitDown() throws IOException {
        desk = Desk.in(folder).with("FROM_OUTSIDE", "outside");
    }

    private Outcome succeeds(String... args) {
        Outcome outcome = desk.execute(args);
        assertThat(outcome.status()).as(outcome.toString()).isZero();
        return outcome;
    }

    /** One machine for all that do not exclude each other: each costs seconds. */
    @Test
    void variablesFoldersProcessorsAndMemoryReachTheMachine() throws IOException {
        Path data = Files.createDirectories(desk.work().resolve("data"));
        Files.writeString(data.resolve("in"), "from the host\n");
        Path fixed = Files.createDirectories(desk.work().resolve("fixed"));
        Files.writeString(fixed.resolve("in"), "untouched\n");
        Outcome outcome = succeeds(
                "run",
                "-e",
                "GIVEN=a b",
                "-e",
                "FROM_OUTSIDE",
                "-v",
                "data:/data",
                "-v",
                "./fixed:/fixed:ro",
                "--workdir",
                "/data",
                "--cpus=2",
                "--mem=256M",
                "busybox",
                "sh",
                "-c",
                "echo \"$GIVEN $FROM_OUTSIDE ${HOSTNAME_OF_HOST-none}\"; pwd; cat in /fixed/in; echo from the machine > out;"
                        + " (echo no > /fixed/out) 2> /dev/null || echo refused;"
                        + " grep -c ^processor /proc/cpuinfo; awk '/MemTotal/ {print ($2 > 150000)}' /proc/meminfo");
        assertThat(outcome.out()).isEqualTo("a b outside none\n/data\nfrom the host\nuntouched\nrefused\n2\n1\n");
        assertThat(data.resolve("out")).hasContent("from the machine\n");
        assertThat(fixed.resolve("out")).doesNotExist();
        assertThat(fixed.resolve("in")).hasContent("untouched\n");
    }

    @Test
    void nothingOfTheHostIsSeenUnasked() throws IOException {
        Path secret = Files.writeString(desk.work().resolve("secret"), "secret");
        assertThat(succeeds("run", "lua", "-e", "print(io.open('" + secret + "'))")
                        .out())
                .isEqualTo("nil\t" + secret + ": No such file or directory\t2\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-e       | 1A=b           | write -e KEY=VALUE",
                "-v       | data           | write for instance -v",
                "-v       | /nowhere:/data | /nowhere does not exist",
                "-v       | .:data         | an absolute path in the machine",
                "-p       | 80             | write for instance 8080:80",
                "-p       | 99999:80       | ports from 1 to 65535",
                "-p       | 8080:80        | --network=user",
                "--cpus   | 0              | must be at least 1",
                "--cpus   | two            | --cpus",
                "--mem    | lots           | write for instance 256M or 2G",
                "--mem    | 0              | must be at least 1",
                "--accel  | fast           | there are auto, kvm and tcg",
                "--network | bridge        | this version knows user, isolated and none",
                "--workdir | /no/such      | /no/such",
                "--no-such-option | x      | --no-such-option",
            })
    void aWrongValueIsRefusedWithAdvice(String option, String value, String advice) {
        Outcome outcome = desk.execute("run", option, value, "hello");
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(125);
        assertThat(outcome.err()).contains(advice).doesNotContain("an error in SourceOS itself");
        assertThat(outcome.out()).isEmpty();
    }
}
