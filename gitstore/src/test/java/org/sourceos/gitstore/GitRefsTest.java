package org.sourceos.gitstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.git.GitRefs;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessRunner;

/** Refs as git packs them, thousands of them, tags that are objects of their own among them. */
class GitRefsTest {
    @TempDir
    private Path folder;

    private String git(String... words) throws Exception {
        return git(new Command.Stdin.Empty(), words);
    }

    private String git(Command.Stdin input, String... words) throws Exception {
        Command command = Command.of("git", "-C", folder.toString(), "-c", "user.name=t", "-c", "user.email=t@t")
                .withArguments(List.of(words))
                .withStdin(input);
        return new ProcessRunner().output(command, new Cancellation()).strip();
    }

    @Test
    void whateverTheBeginningTheSameRefsAreFoundAsByLookingAtAll() throws Exception {
        git("init", "-q", "--bare", ".");
        String commit = git("commit-tree", "-m", "x", git("hash-object", "-t", "tree", "-w", "/dev/null"));
        StringBuilder updates = new StringBuilder();
        for (int i = 0; i < 1_500; i++) {
            updates.append("create refs/layers/")
                    .append(i % 7 == 0 ? "qemu-" : "lib-")
                    .append(i)
                    .append(' ');
            updates.append(commit).append('\n');
        }
        git(new Command.Stdin.File(Files.writeString(folder.resolve("updates"), updates)), "update-ref", "--stdin");
        for (int i = 0; i < 40; i++) {
            git("tag", "-m", "t", "v" + i, commit);
        }
        git("pack-refs", "--all");
        git("update-ref", "refs/layers/qemu-loose", commit);
        git("update-ref", "refs/layers/other", commit);
        assertThat(Files.size(folder.resolve("packed-refs"))).isGreaterThan(1 << 16);

        GitRefs refs = new GitRefs(folder);
        SortedMap<String, ObjectName> all = refs.list("refs/");
        assertThat(all).hasSize(1_542);
        for (String beginning : List.of(
                "refs/layers/",
                "refs/layers/qemu-",
                "refs/layers/qemu-14",
                "refs/layers/lib-1499",
                "refs/layers/zzz",
                "refs/layers/a",
                "refs/tags/",
                "refs/tags/v3",
                "refs/none/")) {
            SortedMap<String, ObjectName> expected = new TreeMap<>(all);
            expected.keySet().removeIf(name -> !name.startsWith(beginning));
            assertThat(refs.list(beginning)).as(beginning).isEqualTo(expected);
        }
        assertThat(refs.list("refs/layers/qemu-"))
                .containsKey("refs/layers/qemu-loose")
                .hasSize(216);
        for (Map.Entry<String, ObjectName> ref : all.entrySet()) {
            assertThat(refs.find(ref.getKey())).contains(ref.getValue());
        }
        assertThat(refs.find("refs/layers/lib-9999")).isEmpty();
        assertThat(refs.find("refs/zzz")).isEmpty();
    }
}
