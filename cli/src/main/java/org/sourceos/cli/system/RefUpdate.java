package org.sourceos.cli.system;

import java.util.List;
import java.util.Optional;
import org.sourceos.cli.UsageException;
import org.sourceos.gitstore.config.CommitId;

/**
 * What a push does to a ref, as git tells its hooks: {@code OLD NEW REF}.
 *
 * @param old empty for a ref that is new
 * @param fresh empty for one that is deleted
 */
record RefUpdate(String ref, Optional<CommitId> old, Optional<CommitId> fresh) {
    static List<RefUpdate> parse(String text) throws UsageException {
        List<String> lines = text.lines().toList();
        for (String line : lines) {
            if (!line.matches("[0-9a-f]{40,64} [0-9a-f]{40,64} .+")) {
                throw new UsageException("this is not what git tells a hook: " + line);
            }
        }
        return lines.stream()
                .map(line -> line.split(" ", 3))
                .map(words -> new RefUpdate(words[2], id(words[0]), id(words[1])))
                .toList();
    }

    /**
     * Whether anybody needs such a ref: a branch, a tag, notes, named as git allows (git-check-ref-format(1)). Git would refuse
     * an impossible name too, but only after it has kept the objects; and {@code refs/replace} it would take.
     */
    boolean isOrdinary() {
        return ref.matches("refs/(heads|tags|notes)/[^\\p{Cntrl} ~^:?*\\[\\\\]+")
                && !ref.contains("..")
                && !ref.contains("//")
                && !ref.contains("/.")
                && !ref.contains("@{")
                && !ref.endsWith(".")
                && !ref.endsWith("/")
                && !ref.matches(".*\\.lock(/.*)?");
    }

    static Optional<CommitId> id(String hex) {
        return hex.matches("0+") ? Optional.empty() : Optional.of(new CommitId(hex));
    }
}
