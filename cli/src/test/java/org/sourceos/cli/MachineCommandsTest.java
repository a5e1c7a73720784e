package org.sourceos.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The life of machines as people see it, with real ones. */
@Tag("vm")
@Tag("slow")
@Timeout(300)
class MachineCommandsTest {
    private static final String SERVER = "echo it serves; trap 'exit 7' TERM; while :; do sleep 0.1; done";

    @TempDir
    private Path folder;

    private Desk desk;
    private SmallResident service = new SmallResident();

    @BeforeEach
    void sitDown() throws IOException {
        desk = Desk.in(folder);
        Outcome built = desk.execute("build", "busybox");
        assertThat(built.status()).as(built.toString()).isZero();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        for (var machine : JsonParser.parseString(ok("ps", "-a", "--json")).getAsJsonArray()) {
            ok("rm", "--purge", machine.getAsJsonObject().get("id").getAsString());
        }
        service.close();
        Desk.assertNoProcessIsLeft();
        assertThat(folder.resolve("run/machines").toFile().list()).containsOnly("lock");
    }

    private Outcome call(String stdin, String... args) {
        TestContext context = desk.context(stdin.getBytes(UTF_8)).in(service);
        int status = context.execute(args);
        return new Outcome(status, context.out(), context.err());
    }

    private String ok(String... args) {
        Outcome outcome = call("", args);
        assertThat(outcome.status()).as(outcome.toString()).isZero();
        return outcome.out();
    }

    private void untilLogs(String name, String text) {
        Desk.until(name + " says " + text, () -> call("", "logs", name).out().contains(text), () -> "");
    }

    @Test
    void aMachineRunsAnswersAndIsStopped() throws Exception {
        String id = ok("run", "-d", "--name=web", "busybox", "sh", "-c", SERVER).strip();
        untilLogs("web", "it serves");
        assertThat(ok("ps")).contains(id).contains("web").contains("running").contains("MiB");
        JsonObject inspected =
                JsonParser.parseString(ok("inspect", id.substring(0, 5))).getAsJsonObject();
        assertThat(inspected.get("name").getAsString()).isEqualTo("web");
        assertThat(inspected.get("private_kib").getAsLong()).isPositive();
        JsonObject confinement = inspected.getAsJsonObject("confinement");
        assertThat(confinement.get("no_new_privileges").getAsBoolean()).isTrue();
        assertThat(confinement.get("system_call_filter").getAsBoolean()).isTrue();
        JsonArray top = JsonParser.parseString(ok("top", "--json")).getAsJsonArray();
        assertThat(top).hasSize(1);
        assertThat(ok("top", "--once")).contains("1 machine, ").contains("web");

        Outcome cat = call("through\n", "exec", "web", "--", "cat");
        assertThat(cat).isEqualTo(new Outcome(0, "through\n", ""));
        Outcome failing = call("", "exec", "web", "--", "sh", "-c", "echo no >&2; exit 4");
        assertThat(failing).isEqualTo(new Outcome(4, "", "no\n"));
        Outcome absent = call("", "exec", "web", "--", "absent");
        assertThat(absent.status()).isEqualTo(127);
        assertThat(absent.err()).contains("no such program");

        // Without the service its folder tells the same.
        Outcome outside = desk.execute("ps");
        assertThat(outside.out()).contains(id).contains("running");
        assertThat(desk.execute("logs", "web").out()).contains("it serves");

        ok("pause", "web");
        assertThat(ok("ps")).contains("paused");
        ok("resume", "web");
        assertThat(ok("stop", "-t", "60", "web")).isEqualTo("web: ended with status 7\n");
        assertThat(ok("ps")).doesNotContain(id);
        assertThat(ok("ps", "-a")).contains("ended (7)");
        assertThat(ok("logs", "-f", "-n", "2", "web")).contains("it serves");
        ok("rm", "web");
        assertThat(ok("ps", "-a")).doesNotContain(id);
        assertThat(call("", "logs", "web").err()).contains("no machine called web");
    }

    @Test
    void somebodyTypesIntoAMachinesTerminal() {
        ok("run", "-d", "--tty", "--name=shell", "busybox", "sh");
        Outcome away = call("echo one$((1+1))\n\u001dd", "attach", "shell");
        assertThat(away.status()).as(away.toString()).isZero();
        assertThat(away.err()).contains("detached from shell");
        untilLogs("shell", "one2");
        Outcome end = call("exit 6\n", "attach", "shell");
        assertThat(end.status()).as(end.toString()).isEqualTo(6);
    }

    @Test
    void theNextServiceGoesOnWithThem() throws Exception {
        ok("run", "-d", "--name=web", "busybox", "sh", "-c", SERVER);
        untilLogs("web", "it serves");
        service.close();
        assertThat(desk.execute("ps").out()).contains("running");
        service = new SmallResident();
        assertThat(ok("ps")).contains("running");
        untilLogs("web", "the service was away");
        assertThat(call("", "exec", "web", "--", "true").status()).isZero();
        ok("kill", "-s", "TERM", "web");
        Desk.until("web has ended", () -> call("", "ps", "-a").out().contains("ended (7)"), () -> "");
    }

    @Test
    void whatNeedsTheServiceSaysSo() {
        Outcome detached = desk.execute("run", "-d", "busybox", "true");
        // The client then calls it again, in the service.
        assertThat(detached.status()).isEqualTo(ServiceRequiredException.STATUS);
        assertThat(desk.execute("stop", "web").status()).isEqualTo(ServiceRequiredException.STATUS);
        Outcome lonely = call("", "run", "--name=x", "busybox", "true");
        assertThat(lonely.status()).isEqualTo(125);
        assertThat(lonely.err()).contains("add -d");
        assertThat(call("", "kill", "-s", "NOTHING", "x").err()).contains("there is no such signal");
        assertThat(call("", "exec", "x").status()).isEqualTo(125);
    }
}
