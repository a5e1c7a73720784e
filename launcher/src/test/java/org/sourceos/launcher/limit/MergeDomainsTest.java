package org.sourceos.launcher.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.host.ProcessIdentity;

/** With real processes, and a file in place of the kernel's switch. */
class MergeDomainsTest {
    @TempDir
    private Path folder;

    private final List<Process> processes = new ArrayList<>();
    private Path kernel;
    private MergeDomains domains;

    @BeforeEach
    void begin() throws IOException {
        kernel = Files.createDirectory(folder.resolve("ksm"));
        Files.writeString(kernel.resolve("run"), "0\n");
        domains = new MergeDomains(folder.resolve("merging"), kernel);
    }

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
    }

    private ProcessIdentity process() throws IOException {
        Process process = new ProcessBuilder("/bin/sleep", "300").start();
        processes.add(process);
        return ProcessIdentity.of(process.pid()).orElseThrow();
    }

    @Test
    void machinesOfOneDomainShareAndThoseOfAnotherWait() throws Exception {
        ProcessIdentity first = process();
        ProcessIdentity second = process();
        ProcessIdentity other = process();
        assertThat(domains.join("work", first)).isEmpty();
        assertThat(domains.join("work", second)).isEmpty();
        assertThat(domains.running()).isEqualTo("1");
        assertThat(domains.join("home", other))
                .hasValueSatisfying(why -> assertThat(why).contains("work"));
        domains.leave(first);
        assertThat(domains.join("home", other)).isPresent();
        domains.leave(second);
        assertThat(domains.running()).isEqualTo("0");
        assertThat(domains.join("home", other)).isEmpty();
    }

    @Test
    void whoEndedWithoutAWordIsForgotten() throws Exception {
        assertThat(domains.join("work", process())).isEmpty();
        processes.get(0).destroyForcibly().waitFor();
        assertThat(domains.join("home", process())).isEmpty();
        assertThat(domains.present()).contains("home");
    }

    @Test
    void aKernelThatMergedBeforeUsGoesOn() throws Exception {
        Files.writeString(kernel.resolve("run"), "1");
        ProcessIdentity process = process();
        domains.join("work", process);
        domains.leave(process);
        assertThat(domains.running()).isEqualTo("1");
    }

    @Test
    void aKernelThatCannotMergeIsNamed() throws Exception {
        Files.delete(kernel.resolve("run"));
        assertThat(domains.join("work", process()))
                .hasValueSatisfying(why -> assertThat(why).contains("CONFIG_KSM"));
    }
}
