package org.sourceos.rebuild.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.config.lock.LockFile;
import org.sourceos.config.lock.LockFile.SourcePin;
import org.sourceos.rebuild.RebuildException;

class CommittedLockTest {
    private static final SourcePin COMMITS = pin("a");
    private static final SourcePin MACHINES = pin("b");
    private static final SourcePin NEW = pin("c");

    @TempDir
    private Path folder;

    private static SourcePin pin(String digit) {
        return new SourcePin(digit.repeat(64), Optional.empty(), Optional.empty());
    }

    private LockStore machines() {
        return new FileLockStore(folder.resolve("sourceos.lock"), folder.resolve("mutex"));
    }

    @Test
    void theCommitCountsAndTheMachineFillsWhatItDoesNotSay() throws RebuildException {
        machines().update(lock -> lock.withSource("debian:both", MACHINES).withSource("debian:own", MACHINES));
        LockStore both = new CommittedLock(LockFile.empty().withSource("debian:both", COMMITS), machines());

        assertThat(both.load().sources())
                .containsEntry("debian:both", COMMITS)
                .containsEntry("debian:own", MACHINES)
                .hasSize(2);
    }

    @Test
    void whatIsNewIsTheMachinesAndWhatItHadStays() throws RebuildException {
        machines().update(lock -> lock.withSource("debian:both", MACHINES).withSource("debian:own", MACHINES));
        LockStore both = new CommittedLock(LockFile.empty().withSource("debian:both", COMMITS), machines());

        LockFile changed =
                both.update(lock -> lock.withSource("debian:new", NEW).withSource("debian:own", NEW));

        assertThat(changed.sources())
                .containsEntry("debian:both", COMMITS)
                .containsEntry("debian:own", NEW)
                .containsEntry("debian:new", NEW);
        assertThat(machines().load().sources())
                .containsEntry("debian:both", MACHINES)
                .containsEntry("debian:own", NEW)
                .containsEntry("debian:new", NEW);
    }
}
