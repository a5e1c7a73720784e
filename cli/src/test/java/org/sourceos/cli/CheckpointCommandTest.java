package org.sourceos.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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
import org.sourceos.host.Directories;

/** Checkpoints as people use them, with a real machine. */
@Tag("vm")
@Tag("slow")
@Timeout(300)
class CheckpointCommandTest {
    private static final String NAME = "checkpoint-test";

    @TempDir
    private Path folder;

    private Desk desk;
    private SmallResident service = new SmallResident();

    @BeforeEach
    void sitDown() throws IOException {
        desk = Desk.in(folder);
        Outcome built = desk.execute("build", "sqlite3");
        assertThat(built.status()).as(built.toString()).isZero();
        desk.git("update-ref", "-d", "refs/checkpoints/" + NAME);
        desk.git("update-ref", "-d", "refs/checkpoints/" + NAME + "-2");
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        end();
        service.close();
        desk.git("update-ref", "-d", "refs/checkpoints/" + NAME);
        desk.git("update-ref", "-d", "refs/checkpoints/" + NAME + "-2");
        Desk.assertNoProcessIsLeft();
    }

    private void end() {
        for (var machine : JsonParser.parseString(ok("ps", "-a", "--json")).getAsJsonArray()) {
            ok("rm", "--purge", machine.getAsJsonObject().get("id").getAsString());
        }
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

    private void type(String machine, String line, String answer) {
        Outcome typed = call(line + "\n\u001dd", "attach", machine);
        assertThat(typed.status()).as(typed.toString()).isZero();
        Desk.until(
                machine + " says " + answer,
                () -> call("", "logs", machine).out().contains(answer),
                () -> "");
    }

    @Test
    void anOpenTransactionGoesOnAfterARebootOfTheHost() throws Exception {
        ok("run", "-d", "--tty", "--name=db", "sqlite3");
        type("db", "create table t(x); begin; insert into t values(42); select 'in' || 'serted';", "inserted");
        JsonObject saved = json(ok("checkpoint", "--name=" + NAME, "--stop", "--json", "db"));
        assertThat(saved.get("restore_class").getAsString()).isEqualTo("safe");
        assertThat(ok("ps")).doesNotContain("db ");

        // As after a reboot: nothing is left but the store.
        end();
        service.close();
        service = new SmallResident();
        Directories.remove(folder.resolve("run"));
        Directories.remove(desk.store().resolve("checkpoints"));

        JsonObject restored = json(ok("restore", "--json", NAME));
        assertThat(restored.get("name").getAsString()).isEqualTo("db");
        assertThat(restored.get("memory_written").getAsBoolean()).isTrue();
        type("db", "rollback; select 'rows: ' || count(*) from t; select 1000 + 1;", "1001");
        assertThat(ok("logs", "db")).contains("rows: 0").contains("restored from checkpoint " + NAME);

        // A second that goes on beside it, and a second checkpoint that is small.
        ok("clone", "--fork", "--name=twin", "db");
        type("twin", "select 'twin' || 2;", "twin2");
        type("db", "select 'db' || 2;", "db2");
        assertThat(ok("logs", "twin")).doesNotContain("db2");
        JsonObject second = json(ok("checkpoint", "--name=" + NAME + "-2", "--json", "db"));
        assertThat(second.get("new_bytes").getAsLong())
                .isLessThan(second.get("used_bytes").getAsLong() / 2);

        assertThat(ok("checkpoint", "ls")).contains(NAME).contains("safe");
        assertThat(ok("store", "why", "refs/checkpoints/" + NAME)).contains("checkpoint rm " + NAME);
        Outcome taken = call("", "checkpoint", "--name=" + NAME, "db");
        assertThat(taken.status()).isEqualTo(1);
        assertThat(taken.err()).contains("there is a checkpoint called " + NAME);
        ok("checkpoint", "rm", NAME, NAME + "-2");
        assertThat(ok("checkpoint", "ls")).doesNotContain(NAME);
        assertThat(call("", "restore", NAME).err()).contains("no checkpoint called " + NAME);
    }

    private static JsonObject json(String text) {
        return JsonParser.parseString(text).getAsJsonObject();
    }

    @Test
    void aSharedFolderIsRefusedWithWhatToDo() throws Exception {
        ok("run", "-d", "--tty", "--name=db", "-v", folder.resolve("home") + ":/data", "sqlite3");
        Outcome refused = call("", "checkpoint", "db");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("/home of the host open").contains("without shared folders");
        assertThat(ok("ps")).contains("running");
        Outcome fork = call("", "clone", "--fork", "db");
        assertThat(fork.err()).contains("without shared folders");
    }
}
