package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.host.RunningProcess;

/** A system is a commit: with real git, real builds of small recipes and, at the end, the program in its machine. */
@Tag("slow")
class RebuildCommandTest {
    @TempDir
    private Path folder;

    private Desk desk;

    @BeforeEach
    void aConfigurationInGit() throws IOException {
        desk = Desk.withSystem(folder);
        desk.forgetGenerations();
        git("init", "-q", "-b", "main");
        desk.scripted("e2e-one", "true").scripted("e2e-two", "true");
        configure("Begin", "first = e2e-one;");
    }

    @AfterEach
    void forgetTheSystem() throws IOException {
        desk.forgetGenerations();
    }

    private Outcome git(String... words) throws IOException {
        List<String> argv = new ArrayList<>(List.of("git", "-C", desk.config().toString()));
        argv.addAll(List.of(words));
        Outcome outcome = desk.run(desk.command(argv));
        assertThat(outcome.status()).as(outcome.toString()).isZero();
        return outcome;
    }

    private void configure(String subject, String applications) throws IOException {
        Files.writeString(
                desk.config().resolve("system.source.nix"),
                "{\n  system.applications = { " + applications + " };\n}\n");
        git("add", "-A");
        git("commit", "-q", "-m", subject);
    }

    private Outcome rebuild(int status, String... words) {
        String[] all = new String[words.length + 1];
        all[0] = "rebuild";
        System.arraycopy(words, 0, all, 1, words.length);
        Outcome outcome = desk.execute(all);
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(status);
        return outcome;
    }

    private String counting() {
        return rebuild(0, "status").out().lines().findFirst().orElse("");
    }

    @Test
    void aCommitIsDeployedAndTheOneBeforeComesBackWithoutBeingBuilt() throws IOException {
        assertThat(counting()).startsWith("nothing has been deployed yet");
        assertThat(rebuild(0, "dry-run").out()).contains("image e2e-one").doesNotContain("e2e-two");
        assertThat(rebuild(0, "switch").out()).isEqualTo("generation 1 (Begin) counts now\n");
        Path bin = folder.resolve("state/profile/bin");
        assertThat(bin.resolve("first")).isExecutable();

        configure("Another", "first = e2e-two; second = e2e-two;");
        assertThat(rebuild(0, "diff").out())
                .contains("~ program first  e2e-one 1.0 → e2e-two", "+ program second  e2e-two");
        assertThat(rebuild(0, "switch").out()).isEqualTo("generation 2 (Another) counts now\n");
        assertThat(bin.resolve("second")).isExecutable();
        assertThat(rebuild(0, "switch").out()).isEqualTo("generation 2 (Another) counts already\n");

        git("checkout", "-q", "HEAD~1");
        // Neither evaluated nor built: there is nothing to read it from.
        Outcome back = rebuild(0, "switch", "--json");
        assertThat(back.started()).isEmpty();
        assertThat(back.json().get("generation").getAsInt()).isEqualTo(1);
        assertThat(bin.resolve("second")).doesNotExist();
        assertThat(rebuild(0, "rollback", "--to", "2").out()).isEqualTo("generation 2 (Another) counts now\n");
        assertThat(rebuild(0, "rollback").out()).isEqualTo("generation 1 (Begin) counts now\n");
        assertThat(rebuild(0, "list-generations").out().lines().toList())
                .hasSize(2)
                .anyMatch(line -> line.matches("\\*    1 .*Begin"))
                .anyMatch(line -> line.matches("     2 .*Another"));
        assertThat(desk.git("log", "--format=%s", "refs/system/generations/2").out())
                .isEqualTo("Generation 2: Another\nGeneration 1: Begin\n");
        desk.assertStoreIsSound();
    }

    @Test
    void onlyWhatIsCommittedIsBuiltAndWhatIsNotIsNamed() throws IOException {
        Files.writeString(desk.config().resolve("more.nix"), "{ system.applications.second = e2e-two; }");
        Files.writeString(
                desk.config().resolve("system.source.nix"),
                "{\n  imports = [ ./more.nix ];\n  system.applications.first = e2e-one;\n}\n");
        Outcome old = rebuild(0, "build");
        assertThat(old.out()).isEqualTo("generation 1 (Begin) is built\n");
        assertThat(old.err()).contains("not committed, and so not in it: system.source.nix");
        assertThat(counting()).startsWith("nothing has been deployed yet");

        git("commit", "-q", "-a", "-m", "More");
        assertThat(rebuild(2, "switch").err())
                .contains("system.source.nix:2:3: path '" + desk.config() + "/more.nix' does not exist")
                .contains("it is not in the commit: git add more.nix && git commit");
        Outcome dirty = rebuild(0, "switch", "--dirty");
        assertThat(dirty.out()).contains("not committed) counts now");
        git("add", "more.nix");
        git("commit", "-q", "-m", "More files");
        assertThat(rebuild(0, "switch").out()).isEqualTo("generation 3 (More files) counts now\n");
    }

    /** Two programs of one package with other settings are two images, and what they share is built once. */
    @Test
    void settingsReachTheBuildAndTheProgram() throws IOException {
        desk.scripted(
                "e2e-one",
                "echo \"$OPTION_COLOUR $OPTION_LOUD\" > greeting",
                "[options]",
                "colour = \"string\"",
                "loud = \"bool\"",
                "rest = \"any\"");
        configure(
                "Colours",
                "red = e2e-one.override { colour = \"red\"; loud = true; }; "
                        + "blue = e2e-one.override { colour = \"blue\"; rest = { deep = 1; }; };");
        Outcome outcome = rebuild(0, "switch");
        assertThat(outcome.err()).contains("of blue, rest has no effect in this version");
        String manifest =
                desk.git("show", "refs/system/current:generation.json").out();
        assertThat(greeting(manifest, "red")).isEqualTo("red true\n");
        assertThat(greeting(manifest, "blue")).isEqualTo("blue \n");
        assertThat(rebuild(0, "switch").out()).contains("counts already");
    }

    /** A path is where the build and the program find what it names; a package is built and run with. */
    @Test
    void filesAndPackagesOfSettingsReachTheBuildAndTheProgram() throws IOException {
        desk.scripted(
                "e2e-one",
                "cat \"$OPTION_PROFILE/look/colour\" \"$OPTION_SHEET\" /usr/share/$OPTION_EXTRAS/greeting > greeting",
                "[options]",
                "profile = \"path\"",
                "sheet = \"path\"",
                "extras = \"list of packages\"");
        Path look = Files.createDirectories(desk.config().resolve("dad/look"));
        Files.writeString(look.resolve("colour"), "blue\n");
        Files.writeString(desk.config().resolve("the sheet.css"), "sheet 1\n");
        configure(
                "Files",
                "blue = (e2e-one.withProfile ./dad).override { sheet = ./. + \"/the sheet.css\"; extras = [ e2e-two ]; };");
        Outcome outcome = rebuild(0, "switch");
        assertThat(outcome.err()).doesNotContain("no effect");
        String image =
                "refs/system/current:images/" + programOf("blue").get("image").getAsString();
        String manifest = desk.git("show", image + "/manifest.json").out();
        assertThat(manifest)
                .contains("\"OPTION_PROFILE\": \"/usr/share/sourceos/e2e-one/profile/dad\"")
                .contains("\"OPTION_SHEET\": \"/usr/share/sourceos/e2e-one/sheet/the sheet.css\"")
                .contains("\"OPTION_EXTRAS\": \"e2e-two\"");
        String own = image + "/layers/00-e2e-one/root/usr/share/";
        assertThat(desk.git("show", own + "e2e-one/greeting").out()).isEqualTo("blue\nsheet 1\nhello from e2e-two\n");
        assertThat(desk.git("show", own + "sourceos/e2e-one/profile/dad/look/colour")
                        .out())
                .isEqualTo("blue\n");
        assertThat(desk.git("show", own + "sourceos/e2e-one/sheet/the sheet.css")
                        .out())
                .isEqualTo("sheet 1\n");
        assertThat(desk.git("show", image + "/layers/01-e2e-two/root/usr/share/e2e-two/greeting")
                        .out())
                .isEqualTo("hello from e2e-two\n");

        // What a file holds decides, not what it is called.
        git("commit", "-q", "--allow-empty", "-m", "Nothing");
        assertThat(rebuild(0, "dry-run").out()).doesNotContain("build e2e-one");
        Files.writeString(desk.config().resolve("the sheet.css"), "sheet 2\n");
        git("commit", "-q", "-a", "-m", "Sheet");
        assertThat(rebuild(0, "dry-run").out()).contains("build e2e-one");

        configure("Nowhere", "blue = e2e-one.withProfile ./nowhere;");
        assertThat(rebuild(2, "switch").err()).contains("nowhere", "git add");
        configure("Outside", "blue = e2e-one.withProfile /etc;");
        assertThat(rebuild(2, "switch").err()).contains("/etc", "lies outside of the folder");
    }

    private JsonObject programOf(String name) throws IOException {
        String manifest =
                desk.git("show", "refs/system/current:generation.json").out();
        for (JsonElement element :
                JsonParser.parseString(manifest).getAsJsonObject().getAsJsonArray("programs")) {
            if (element.getAsJsonObject().get("name").getAsString().equals(name)) {
                return element.getAsJsonObject();
            }
        }
        throw new AssertionError("no program " + name + " in " + manifest);
    }

    private String greeting(String generation, String program) throws IOException {
        for (JsonElement element :
                JsonParser.parseString(generation).getAsJsonObject().getAsJsonArray("programs")) {
            if (element.getAsJsonObject().get("name").getAsString().equals(program)) {
                String image = "refs/system/current:images/"
                        + element.getAsJsonObject().get("image").getAsString();
                assertThat(desk.git("show", image + "/manifest.json").out())
                        .contains("\"OPTION_COLOUR\": \"" + program + "\"");
                return desk.git("show", image + "/layers/00-e2e-one/root/usr/share/e2e-one/greeting")
                        .out();
            }
        }
        throw new AssertionError("no program " + program + " in " + generation);
    }

    @Test
    void everyMistakeOfACommitIsShownAtItsPlaceAndNothingChanges() throws IOException {
        rebuild(0, "switch");
        Files.writeString(
                desk.config().resolve("system.source.nix"),
                "{\n  system.hostnam = 1;\n  system.applications.a = helo;\n}\n");
        git("commit", "-q", "-a", "-m", "Bad");
        assertThat(rebuild(2, "switch").err())
                .contains("system.source.nix:2:3: ", "did you mean \"hostname\"?")
                .contains("system.source.nix:3:27: ", "did you mean \"hello\"?")
                .doesNotContain(folder.resolve("state").toString());
        configure("No recipe", "web = firefox;");
        assertThat(rebuild(2, "switch").err()).contains("nobody has written recipes for firefox yet");
        assertThat(counting()).isEqualTo("generation 1 (Begin) counts");
    }

    @Test
    void aSwitchThatNobodyConfirmsIsTakenBack() throws IOException {
        rebuild(0, "switch");
        configure("Another", "first = e2e-two;");
        assertThat(rebuild(110, "switch", "--confirm", "1ms").err())
                .contains("nobody confirmed generation 2 (Another) in time: generation 1 (Begin) counts again");
        assertThat(counting()).isEqualTo("generation 1 (Begin) counts");
        assertThat(rebuild(1, "confirm").err()).contains("no switch waits to be confirmed");
        assertThat(rebuild(2, "switch", "--confirm", "soon").err()).contains("for instance 30s");
    }

    @Test
    void whatIsTestedIsActiveUntilWhatCountsIsGoneBackTo() throws IOException {
        rebuild(0, "switch");
        configure("Another", "second = e2e-two;");
        assertThat(rebuild(0, "test").out())
                .isEqualTo("generation 2 (Another) is tried until the next switch, rollback or restart\n");
        Path bin = folder.resolve("state/profile/bin");
        assertThat(bin.resolve("second")).isExecutable();
        assertThat(bin.resolve("first")).doesNotExist();
        assertThat(rebuild(0, "status").out())
                .startsWith("generation 1 (Begin) counts\n")
                .contains("generation 2 is tried, until the next switch");
        assertThat(rebuild(0, "list-generations").out()).containsPattern("(?m)^\\+    2 ");
        assertThat(rebuild(0, "status", "--json").json().get("tried").getAsInt())
                .isEqualTo(2);

        assertThat(rebuild(0, "rollback").out()).isEqualTo("generation 1 (Begin) counts now\n");
        assertThat(bin.resolve("first")).isExecutable();
        assertThat(rebuild(0, "test", "--json").json().get("current").getAsInt())
                .isEqualTo(1);
        assertThat(rebuild(0, "switch").out()).isEqualTo("generation 2 (Another) counts now\n");
        assertThat(rebuild(0, "status").out()).doesNotContain("tried");
    }

    @Test
    void whatCanBeBuiltIsBuiltAndAllFailuresAreListed() throws IOException {
        desk.scripted("e2e-bad", "echo this is bad; exit 7");
        desk.recipe(
                "e2e-gone",
                Files.readString(desk.packages().resolve("e2e-one.source.toml"))
                        .replace("path:e2e-one-source", "path:nothing-there")
                        .replace("e2e-one", "e2e-gone"));
        desk.forget("e2e-two");
        configure("Mixed", "a = e2e-bad; b = e2e-gone; c = e2e-two;");
        Outcome outcome = rebuild(100, "switch", "--keep-going", "--jobs", "1");
        assertThat(outcome.err())
                .contains("these 2 failed; what does not need them is built and kept:")
                .contains("build e2e-bad: ", "this is bad", "/logs/")
                .contains("e2e-gone: ", "there is no readable nothing-there");
        assertThat(desk.git("for-each-ref", "refs/vms/e2e-two-*").out()).isNotEmpty();
        assertThat(counting()).startsWith("nothing has been deployed yet");
        assertThat(rebuild(0, "list-generations").out()).isEmpty();
    }

    @Test
    void theSystemsOwnKernelIsInstalledForTheBootLoader() throws IOException {
        Path boot = folder.resolve("boot");
        assertThat(rebuild(2, "boot", "--boot-root", boot.toString()).err()).contains("says nothing of system.kernel");
        desk.kernelThatIsOnlyAMakefile();
        Files.writeString(
                desk.config().resolve("system.source.nix"),
                "{\n  system.kernel.preempt = \"full\";\n  system.boot.parameters = [ \"root=LABEL=x\" \"ro\" ];\n}\n");
        git("add", "-A");
        git("commit", "-q", "-m", "Kernel");
        assertThat(rebuild(2, "boot", "--boot-root", boot.toString()).err())
                .contains("boot is no folder: mount the partition there first");
        Files.createDirectories(boot);
        assertThat(rebuild(0, "boot", "--boot-root", boot.toString()).out())
                .isEqualTo("the next start is with Linux 6.9-sourceos of generation 1 (Kernel): " + boot
                        + "/loader/entries/sourceos-1.conf\n");
        String entry = Files.readString(boot.resolve("loader/entries/sourceos-1.conf"));
        assertThat(entry).contains("options root=LABEL=x ro sourceos.generation=1\n");
        String linux = entry.lines()
                .filter(line -> line.startsWith("linux /"))
                .findFirst()
                .orElseThrow()
                .substring("linux /".length());
        assertThat(Files.readString(boot.resolve(linux))).contains("CONFIG_PREEMPT=y");
        assertThat(counting()).startsWith("nothing has been deployed yet");

        Files.writeString(desk.config().resolve("system.source.nix"), "{\n  system.kernel.version = \"6.6\";\n}\n");
        assertThat(rebuild(2, "boot", "--dirty", "--boot-root", boot.toString()).err())
                .contains("makes version 6.9, and 6.6 is asked for");
    }

    @Test
    @Tag("vm")
    void theWholeConfigurationIsBootedAsAMachine() throws IOException {
        Files.writeString(desk.config().resolve("system.source.nix"), """
                {
                  system.hostname = "study";
                  system.applications = { hello = hello; greet = e2e-one.override { colour = "it's red"; }; };
                  users.dad = { groups = [ "audio" ]; packages = [ e2e-two ]; };
                }
                """);
        desk.scripted(
                "e2e-one",
                "printf '#!/bin/sh\\necho colour $OPTION_COLOUR\\n' > greeting",
                "[options]",
                "colour = \"string\"",
                "[runtime]",
                "command = [\"/usr/share/e2e-one/greeting\"]");
        git("add", "-A");
        git("commit", "-q", "-m", "Machine");
        Outcome built = rebuild(0, "build-vm");
        Path script = desk.work().resolve("result/run-study-vm");
        assertThat(built.out()).isEqualTo(script + "\n");

        Outcome hello = inMachine(script, "--", "hello");
        assertThat(hello.out()).isEqualTo("Hello, world!\n");
        assertThat(hello.status()).isZero();
        Outcome shell = inMachine(
                script,
                "--user",
                "dad",
                "--",
                "sh",
                "-c",
                "hostname; id -un; id -Gn; greet; type e2e-two; grep dad /etc/passwd; exit 3");
        assertThat(shell.status()).as(shell.toString()).isEqualTo(3);
        assertThat(shell.out()).isEqualTo("""
                study
                dad
                dad audio
                colour it's red
                e2e-two is /usr/local/sourceos/users/dad/e2e-two
                dad:x:1000:1000::/home/dad:/usr/bin/sh
                """);
        assertThat(inMachine(script, "--user", "mum").err()).contains("no user mum; it has dad, root");
        // It is replaced, and what is not its own is not.
        rebuild(0, "build-vm", "--dirty");
        Files.createDirectories(desk.work().resolve("mine"));
        assertThat(rebuild(1, "build-vm", "-o", "mine").err()).contains("build-vm has not made it");
        Desk.assertNoProcessIsLeft();
    }

    private Outcome inMachine(Path script, String... words) throws IOException {
        List<String> argv = new ArrayList<>(List.of(script.toString()));
        argv.addAll(List.of(words));
        return desk.run(desk.command(argv));
    }

    @Test
    void anEditedConfigurationIsCheckedAndCommittedOnlyWhereThatIsSaid() throws IOException {
        desk = desk.with("VISUAL", "sed -i -e s/first/second/");
        Outcome edited = rebuild(0, "edit");
        assertThat(edited.err()).contains("no mistakes");
        assertThat(edited.out()).contains("system.source.nix | 2 +-");
        assertThat(git("status", "--porcelain").out()).isEqualTo(" M system.source.nix\n");

        desk = desk.with("VISUAL", "sed -i -e s/second/third/");
        assertThat(rebuild(2, "edit", "--commit").err()).contains("--commit and -m TEXT go together");
        Files.writeString(desk.config().resolve("notes"), "not of this commit");
        assertThat(rebuild(0, "edit", "--commit", "-m", "Third").out()).containsPattern("[0-9a-f]{12} Third\n$");
        assertThat(git("show", "--stat", "--format=%s").out())
                .startsWith("Third\n")
                .contains("system.source.nix")
                .doesNotContain("notes");

        desk = desk.with("VISUAL", "sed -i -e s/applications/aplications/");
        Outcome bad = rebuild(2, "edit", "--commit", "-m", "Bad");
        assertThat(bad.err()).contains("system.source.nix:2:3: ", "did you mean \"applications\"?");
        assertThat(git("log", "-1", "--format=%s").out()).isEqualTo("Third\n");
        desk = desk.with("VISUAL", "false");
        assertThat(rebuild(1, "edit").err()).contains("the editor ended with status 1");
        Desk bare = desk.with("VISUAL", "").with("PATH", "/nonexistent");
        assertThat(bare.execute("rebuild", "edit").err())
                .contains("found no editor (sensible-editor, editor, nano, vi)");
    }

    /** On a terminal the editor has it, and so has the question whether to edit again. */
    @Test
    void anEditorIsOnTheCallersTerminalAndIsOpenedAgainForAMistake() throws IOException {
        Path editor = Files.writeString(folder.resolve("editor"), """
                #!/bin/sh
                test -t 0 && test -t 1 && echo on a terminal
                if grep -q aplications "$1"; then sed -i -e s/aplications/applications/ "$1"
                else sed -i -e s/applications/aplications/ "$1"; fi
                """);
        assertThat(editor.toFile().setExecutable(true)).isTrue();
        desk = desk.with("EDITOR", editor.toString());
        try (Desk.OnTerminal terminal = desk.onTerminal("rebuild edit")) {
            terminal.screen().untilShows("edit again? [Y/n]");
            terminal.type("\n");
            terminal.screen().untilShows("no mistakes");
            assertThat(terminal.screen().text()).contains("on a terminal", "did you mean \"applications\"?");
        }
    }

    @Test
    void withoutARepositoryOrACommitItIsSaidWhatToDo() throws IOException {
        Desk elsewhere = desk.with("SOURCEOS_CONFIG", folder.resolve("nothing").toString());
        assertThat(elsewhere.execute("rebuild", "switch").err()).contains("sourceos init");
        assertThat(rebuild(1, "switch", "no-such-branch").err()).contains("no-such-branch");
        assertThat(rebuild(1, "rollback").err()).contains("nothing has been deployed yet");
        assertThat(rebuild(2, "rollback", "--to", "99").err()).contains("there is no generation 99");
    }

    /** Going back to what was deployed: in a network of its own with nobody in it, and without the evaluator. */
    @Test
    void rollingBackNeedsNoNetworkAndNoEvaluator() throws IOException {
        StringBuilder twenty = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            twenty.append("program-").append(i).append(" = e2e-one; ");
        }
        configure("Twenty", twenty.toString());
        rebuild(0, "switch");
        configure("Other", "first = e2e-two;");
        rebuild(0, "switch");
        Path loaded = folder.resolve("classes");
        List<String> argv = new ArrayList<>();
        boolean root = User.isRoot();
        argv.addAll(root ? List.of("unshare", "--net") : List.of("unshare", "--net", "--map-root-user"));
        argv.addAll(List.of(TestContext.library().resolve("sourceos").toString(), "rebuild", "switch", "main~1"));
        Desk watched = desk.with("JAVA_TOOL_OPTIONS", "-XX:DumpLoadedClassList=" + loaded);
        Outcome back = watched.run(watched.command(argv));
        assertThat(back.status()).as(back.toString()).isZero();
        assertThat(back.out()).isEqualTo("generation 1 (Twenty) counts now\n");
        assertThat(Files.readAllLines(loaded))
                .contains("org/sourceos/rebuild/system/Switcher")
                .doesNotContain("org/sourceos/config/nix/Interp", "org/sourceos/rebuild/plan/Planner");
        assertThat(folder.resolve("state/profile/bin/program-19")).isExecutable();
    }

    /** Killed at any instant, the old system counts or the new one, never a mixture, and the next command works. */
    @Test
    void aKilledSwitchLeavesTheOldSystemOrTheNew() throws IOException {
        rebuild(0, "switch");
        configure("Another", "first = e2e-two; second = e2e-two;");
        rebuild(0, "build");
        Random random = new Random(1);
        for (int i = 0; i < Integer.getInteger("kills", 30); i++) {
            String wanted = i % 2 == 0 ? "main" : "main~1";
            Desk.Screen screen = new Desk.Screen();
            try (RunningProcess process = desk.begin(desk.client("rebuild", "switch", wanted), screen)) {
                process.await(Duration.ofMillis(random.nextInt(600) + 1L));
                process.kill();
            }
            int counts = counting().startsWith("generation 1 ") ? 1 : 2;
            assertThat(counting()).startsWith("generation " + counts + " ");
            assertThat(Files.readSymbolicLink(folder.resolve("state/profile"))).hasToString("profiles/" + counts);
        }
        assertThat(rebuild(0, "switch", "main").status()).isZero();
        desk.assertStoreIsSound();
    }
}
