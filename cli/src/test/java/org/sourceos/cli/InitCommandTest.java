package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessRunner;

/** {@code sourceos init} with real git, and what {@code check} and {@code fmt} say of what it made. */
class InitCommandTest {
    private static final List<String> COMMON =
            List.of(".gitignore", "README.md", "packages/README.md", "sourceos.lock", "trust/README.md");

    @TempDir
    private Path temp;

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void knowNobodyAndNothingOfThisComputersGit() {
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("HOME", temp.resolve("home").toString());
        environment.put("USER", "ann");
        environment.put("GIT_CONFIG_NOSYSTEM", "1");
        environment.put("SOURCEOS_CONFIG", temp.resolve("config").toString());
    }

    private TestContext run(int status, String... args) {
        TestContext context = TestContext.withTemplates(temp, environment);
        assertThat(context.execute(args)).as(context.out() + context.err()).isEqualTo(status);
        return context;
    }

    private String git(String folder, String... words) throws IOException {
        Command command = Command.of("git", "-c", "safe.directory=*")
                .withArguments(List.of(words))
                .withDirectory(temp.resolve(folder))
                .withEnvironment("HOME", temp.resolve("home").toString())
                .withEnvironment("GIT_CONFIG_NOSYSTEM", "1");
        return new ProcessRunner().output(command, new Cancellation()).strip();
    }

    private Path write(String file, String text) throws IOException {
        Path path = temp.resolve(file);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, text);
    }

    private void assertOneCleanCommit(String folder, String template) throws IOException {
        assertThat(git(folder, "log", "--all", "--format=%s")).isEqualTo("Begin with the " + template + " template");
        assertThat(git(folder, "status", "--porcelain", "--branch")).isEqualTo("## main");
        git(folder, "fsck", "--strict");
    }

    @ParameterizedTest
    @ValueSource(strings = {"minimal", "developer", "family", "gaming"})
    void everyTemplateIsAFormattedConfigurationWithoutMistakes(String template) throws IOException {
        TestContext made = run(0, "init", "--template", template, "a/b");

        assertThat(made.err()).isEmpty();
        assertThat(made.out().lines().count()).isLessThanOrEqualTo(5);
        assertThat(made.out()).contains(temp + "/a/b", template, "sourceos check " + temp + "/a/b", "sourceos-rebuild");
        TestContext checked = run(0, "check", "a/b");
        assertThat(checked.err()).isEmpty();
        assertThat(checked.out()).contains("no mistakes");
        assertThat(run(0, "fmt", "--check", "a/b").out()).isEmpty();
        assertOneCleanCommit("a/b", template);
        assertThat(git("a/b", "ls-files").lines()).containsAll(COMMON).contains("system.source.nix");
        for (String file : git("a/b", "ls-files").split("\n")) {
            assertThat(temp.resolve("a/b").resolve(file)).content().doesNotContain("@hostname@", "@user@");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"minimal", "developer", "family", "gaming"})
    void everyTemplateEvaluatesWithItsPlaceholdersFilled(String template) {
        run(0, "init", "--template", template);

        JsonObject values =
                JsonParser.parseString(run(0, "check", "--json").out()).getAsJsonObject();

        assertThat(values.getAsJsonObject("system").get("hostname").getAsString())
                .matches("[A-Za-z0-9-]+");
        if (template.equals("developer")) {
            assertThat(values.getAsJsonObject("users").keySet()).containsExactly("ann");
        }
    }

    @Test
    void whatWasMadeIsToldAsJson() throws IOException {
        JsonObject told = JsonParser.parseString(run(0, "init", "--json").out()).getAsJsonObject();

        assertThat(told.keySet()).containsExactly("directory", "template", "commit", "files");
        assertThat(told.get("directory").getAsString()).isEqualTo(temp + "/config");
        assertThat(told.get("template").getAsString()).isEqualTo("minimal");
        assertThat(told.get("commit").getAsString()).isEqualTo(git("config", "rev-parse", "main"));
        assertThat(told.getAsJsonArray("files").toString())
                .isEqualTo("[\".gitignore\",\"README.md\",\"packages/README.md\",\"sourceos.lock\","
                        + "\"system.source.nix\",\"trust/README.md\"]");
    }

    @Test
    void theNextStepsNeedNoFolderWhereOneIsFoundAnyway() {
        assertThat(run(0, "init").out()).contains("  sourceos check\n", "sourceos-rebuild switch");
    }

    @Test
    void anEmptyFolderStaysTheOneItWas() throws IOException {
        Path folder = Files.createDirectory(temp.resolve("empty"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        Object inode = Files.getAttribute(folder, "unix:ino");

        run(0, "init", "empty");

        assertThat(Files.getAttribute(folder, "unix:ino")).isEqualTo(inode);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(folder.toFile().list())
                .containsExactlyInAnyOrder(
                        ".git", ".gitignore", "README.md", "packages", "sourceos.lock", "system.source.nix", "trust");
        assertOneCleanCommit("empty", "minimal");
    }

    @Test
    void whoeverGitKnowsIsTheAuthor() throws IOException {
        write("home/.gitconfig", "[user]\nname = Ann\nemail = ann@example.org\n[commit]\ngpgSign = true\n");
        run(0, "init");
        assertThat(git("config", "log", "--format=%an <%ae> %cn <%ce>"))
                .isEqualTo("Ann <ann@example.org> Ann <ann@example.org>");

        environment.put("GIT_AUTHOR_NAME", "Bob");
        environment.put("GIT_AUTHOR_EMAIL", "bob@example.org");
        run(0, "init", "other");
        assertThat(git("other", "log", "--format=%an <%ae> %cn")).isEqualTo("Bob <bob@example.org> Ann");
    }

    @Test
    void whereGitKnowsNobodySourceOsIsTheAuthor() throws IOException {
        run(0, "init");

        assertThat(git("config", "log", "--format=%an <%ae> %cn <%ce>"))
                .matches("SourceOS <sourceos@[A-Za-z0-9-]+> SourceOS <sourceos@[A-Za-z0-9-]+>");
    }

    @Test
    void theUsersHooksAndIgnoredNamesDoNotMatter() throws IOException {
        Path hook = write("hooks/pre-commit", "#!/bin/sh\nexit 1\n");
        hook.toFile().setExecutable(true);
        write("ignored", "*.lock\npackages/\n");
        write("home/.gitconfig", "[core]\nhooksPath = " + temp + "/hooks\nexcludesFile = " + temp + "/ignored\n");

        run(0, "init");

        assertThat(git("config", "ls-files").lines()).containsAll(COMMON);
        assertOneCleanCommit("config", "minimal");
    }

    @Test
    void aRepositoryThatTheEnvironmentNamesIsNotTheOneThatIsMade() throws IOException {
        Files.createDirectory(temp.resolve("mine"));
        git("mine", "init", "--quiet");
        environment.put("GIT_DIR", temp.resolve("mine/.git").toString());
        environment.put("GIT_INDEX_FILE", temp.resolve("mine/.git/index").toString());

        run(0, "init");

        assertOneCleanCommit("config", "minimal");
        assertThat(temp.resolve("mine/.git/index")).doesNotExist();
    }

    @Test
    void aFolderWithSomethingInItIsRefused() throws IOException {
        for (String name : List.of("a", "b", "c", "d", "e", "f", "g")) {
            write("config/" + name, name);
        }

        assertThat(run(2, "init").err())
                .contains(temp + "/config is not empty: it has a, b, c, d, e and 2 more", "--force");
        assertThat(run(2, "init", "--dry-run").err()).contains("is not empty");
        assertThat(temp.resolve("config").toFile().list()).hasSize(7);
    }

    @Test
    void whatOneThatWasKilledLeftIsNamed() throws IOException {
        write("config/.sourceos-init-1/system.source.nix", "{ }");

        assertThat(run(2, "init").err())
                .contains("what an init that was killed left", ".sourceos-init-1", "remove that");
    }

    @Test
    void aConfigurationThatIsThereIsRefused() throws IOException {
        run(0, "init");
        String commit = git("config", "rev-parse", "main");

        assertThat(run(2, "init", "--template", "gaming").err())
                .contains("already is a configuration in git", "`sourceos check " + temp + "/config`");
        assertThat(git("config", "rev-parse", "main")).isEqualTo(commit);
        assertOneCleanCommit("config", "minimal");
    }

    @Test
    void aFileOrALinkThatLeadsNowhereIsRefused() throws IOException {
        write("file", "");
        Files.createSymbolicLink(temp.resolve("link"), Path.of("nowhere"));

        assertThat(run(2, "init", "file").err()).contains(temp + "/file is a file");
        assertThat(run(2, "init", "link").err()).contains(temp + "/link is a link that leads nowhere");
        assertThat(temp.resolve("nowhere")).doesNotExist();
    }

    @Test
    void forceAddsWhatIsMissingAndCommitsThatAlone() throws IOException {
        Path mine = write("config/system.source.nix", "{ system.hostname = \"mine\"; }\n");
        Path secret = write("config/secret", "s");

        run(0, "init", "--force", "--template", "developer");

        assertThat(mine).hasContent("{ system.hostname = \"mine\"; }\n");
        assertThat(secret).hasContent("s");
        assertThat(git("config", "ls-files").lines())
                .containsAll(COMMON)
                .contains("users.source.nix")
                .doesNotContain("secret", "system.source.nix");
        assertThat(run(0, "init", "--force", "--template", "developer").out()).contains("nothing is missing");
    }

    @Test
    void forceInARepositoryLeavesWhatIsStaged() throws IOException {
        run(0, "init");
        git("config", "rm", "--quiet", "trust/README.md");
        git("config", "-c", "user.name=a", "-c", "user.email=a", "commit", "--quiet", "-m", "Trust nobody");
        write("config/staged", "s");
        git("config", "add", "staged");

        run(0, "init", "--force");

        assertThat(git("config", "show", "--format=", "--name-status")).isEqualTo("A\ttrust/README.md");
        assertThat(git("config", "status", "--porcelain")).isEqualTo("A  staged");
    }

    @Test
    void forceThatCannotCommitTakesBackWhatItAdded() throws IOException {
        write("config/mine", "m");
        git("config", "init", "--quiet");
        git("config", "add", "mine");
        fakeGit("commit", "echo no >&2; exit 3");

        assertThat(run(1, "init", "--force").err()).contains("cannot make", "no", "nothing was changed");

        assertThat(temp.resolve("config").toFile().list()).containsExactlyInAnyOrder(".git", "mine");
        assertThat(git("config", "status", "--porcelain")).isEqualTo("A  mine");
    }

    @Test
    void forceRefusesAFileWhereAFolderHasToBe() throws IOException {
        write("config/packages", "");

        assertThat(run(2, "init", "--force").err()).contains(temp + "/config/packages is in the way");
        assertThat(temp.resolve("config").toFile().list()).containsExactly("packages");
    }

    @Test
    void aDryRunWritesNothing() throws IOException {
        assertThat(run(0, "init", "--dry-run", "--template", "family").out())
                .contains("  system.source.nix\n", "  users.source.nix\n", "  trust/README.md\n");
        assertThat(run(0, "init", "--dry-run", "--json").out()).contains("\"commit\":null");
        assertThat(temp).isEmptyDirectory();

        write("config/README.md", "mine");
        assertThat(run(0, "init", "--dry-run", "--force").out())
                .contains("  packages/README.md\n")
                .doesNotContain("  README.md\n");
    }

    @Test
    void anUnknownTemplateIsAnsweredWithTheNearOne() {
        assertThat(run(2, "init", "--template", "famly").err())
                .contains("there is no template \"famly\": did you mean \"family\"?")
                .contains("developer, family, gaming, minimal");
        assertThat(run(2, "init", "--template", "common").err()).contains("there is no template");
        assertThat(run(2, "init", "--template", "../configurations/minimal").err())
                .contains("there is no template");
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void aFolderWithoutPermissionIsNamed() throws IOException {
        assumeFalse(User.isRoot(), "root may write everywhere");
        Path locked = Files.createDirectory(temp.resolve("locked"));
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r-x------"));

        assertThat(run(1, "init", "locked/config").err()).contains("permission denied (" + temp + "/locked)");
    }

    @Test
    void withoutGitNothingIsMade() {
        environment.put("PATH", temp.resolve("no-programs").toString());

        assertThat(run(1, "init", "a/b").err()).contains("git: not found", "install the package git");
        assertThat(temp).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({"new, false", "empty, true"})
    void anInterruptLeavesNothing(String name, boolean thereBefore) throws Exception {
        Path folder = temp.resolve("work").resolve(name);
        if (thereBefore) {
            Files.createDirectories(folder);
        }
        fakeGit("commit", "touch '" + temp.resolve("begun") + "'; sleep 60");
        TestContext context = TestContext.withTemplates(temp, environment);
        CompletableFuture<Integer> status =
                CompletableFuture.supplyAsync(() -> context.execute("init", folder.toString()));
        Desk.until("git commits", () -> Files.exists(temp.resolve("begun")), context::err);

        context.context().cancellation().cancel();

        assertThat(status.get(1, TimeUnit.MINUTES)).isEqualTo(130);
        if (thereBefore) {
            assertThat(folder).isEmptyDirectory();
        } else {
            assertThat(temp.resolve("work")).doesNotExist();
        }
    }

    /** Puts a git before the real one that does something else for one of its commands. */
    private void fakeGit(String command, String script) throws IOException {
        Path git = write("bin/git", """
                #!/bin/sh
                for word; do
                    if test "$word" = %s; then %s; fi
                done
                exec /usr/bin/git "$@"
                """.formatted(command, script));
        git.toFile().setExecutable(true);
        environment.put("PATH", git.getParent() + ":/usr/bin:/bin");
    }
}
