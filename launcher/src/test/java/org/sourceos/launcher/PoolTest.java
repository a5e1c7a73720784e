package org.sourceos.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.host.Cancellation;
import org.sourceos.launcher.guest.GuestStreams;
import org.sourceos.launcher.qemu.Share;
import org.sourceos.launcher.qemu.VmSpec;
import org.sourceos.launcher.template.MachineStarter;
import org.sourceos.launcher.template.Pool;
import org.sourceos.launcher.template.TemplateMaker;
import org.sourceos.launcher.template.Templates;

/** Real machines that wait. */
@Tag("vm")
@Timeout(120)
class PoolTest {
    private static final long PLENTY_MIB = 1 << 20;

    @TempDir
    private static Path shared;

    private static Machines machines;

    @TempDir
    private Path folder;

    private Templates templates;
    private Pool pool;

    @BeforeAll
    static void build() throws Exception {
        machines = Machines.in(shared);
    }

    @BeforeEach
    void begin() {
        templates = new Templates(folder.resolve("templates"), 1L << 30, Clock.systemUTC());
        pool = new Pool(2, Duration.ZERO, () -> PLENTY_MIB);
    }

    @AfterEach
    void end() {
        pool.close();
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    private void make(VmSpec spec) throws Exception {
        templates.make(spec, machines.context, new Cancellation());
    }

    private void launched(VmSpec spec) {
        pool.launched(spec, templates, machines.context);
    }

    private void awaitWaiting(int count) throws InterruptedException {
        while (pool.waiting() != count) {
            Thread.sleep(10);
        }
    }

    private static String hello(MicroVm machine) throws LaunchException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        GuestExit exit =
                machine.run(Machines.program("hello"), new GuestStreams.Pipes(InputStream.nullInputStream(), out, out));
        assertThat(exit).isEqualTo(new GuestExit.Exited(0));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void keepsMachinesOfWhatIsLaunchedOftenAndFillsUpAgain() throws Exception {
        VmSpec spec = machines.spec();
        make(spec);
        launched(spec);
        assertThat(pool.take(spec, new Cancellation())).isEmpty();
        launched(spec);
        awaitWaiting(2);
        MachineStarter starter = new MachineStarter(templates, Optional.of(pool), warning -> {});
        for (int i = 0; i < 3; i++) {
            try (MicroVm machine = starter.start(spec, machines.context, new Cancellation())) {
                assertThat(pool.waiting()).isEqualTo(1);
                assertThat(machine.bootTook()).isZero();
                assertThat(hello(machine)).isEqualTo("Hello from the machine\n");
            }
            launched(spec);
            awaitWaiting(2);
        }
    }

    @Test
    void whatWasTakenOutlivesThePoolAndObeysItsOwner() throws Exception {
        VmSpec spec = machines.spec();
        make(spec);
        launched(spec);
        launched(spec);
        awaitWaiting(2);
        Cancellation owner = new Cancellation();
        try (MicroVm one = pool.take(spec, new Cancellation()).orElseThrow();
                MicroVm two = pool.take(spec, owner).orElseThrow()) {
            pool.close();
            assertThat(hello(one)).isEqualTo("Hello from the machine\n");
            assertThat(two.isAlive()).isTrue();
            owner.cancel();
            while (two.isAlive()) {
                Thread.sleep(5);
            }
        }
    }

    @Test
    void aMachineThatDiedWhileItWaitedIsPassedOver() throws Exception {
        VmSpec spec = machines.spec();
        make(spec);
        launched(spec);
        launched(spec);
        awaitWaiting(2);
        List<ProcessHandle> waiting = ProcessHandle.current().children().toList();
        waiting.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle one : waiting) {
            one.onExit().get();
        }
        assertThat(pool.take(spec, new Cancellation())).isEmpty();
    }

    @Test
    void makesRoomForWhatIsLaunchedMoreOften() throws Exception {
        VmSpec one = machines.spec();
        VmSpec two = new VmSpec(
                "other",
                one.kernel(),
                one.initramfs(),
                one.disks(),
                one.rootMode(),
                one.memoryMib(),
                one.cpus(),
                one.network(),
                one.shares(),
                one.accel(),
                one.tscKhz());
        make(one);
        launched(one);
        launched(one);
        awaitWaiting(2);
        launched(two);
        launched(two);
        while (true) {
            Optional<MicroVm> other = pool.take(two, new Cancellation());
            if (other.isPresent()) {
                other.get().close();
                break;
            }
            Thread.sleep(10);
        }
        assertThat(pool.waiting()).isLessThanOrEqualTo(1);
    }

    @Test
    void keepsNoneWhereMemoryIsShortOrTheMachineNeedsAFolder() throws Exception {
        try (Pool poor = new Pool(2, Duration.ZERO, () -> 1100)) {
            VmSpec spec = machines.spec();
            make(spec);
            poor.launched(spec, templates, machines.context);
            poor.launched(spec, templates, machines.context);
            VmSpec withFolder = machines.spec(new Share(machines.openFolder("any"), "/any", true));
            make(withFolder);
            pool.launched(withFolder, templates, machines.context);
            pool.launched(withFolder, templates, machines.context);
            pool.launched(spec, templates, machines.context);
            pool.launched(spec, templates, machines.context);
            awaitWaiting(2);
            assertThat(pool.take(withFolder, new Cancellation())).isEmpty();
            assertThat(poor.waiting()).isZero();
        }
    }

    @Test
    void theMakerMakesWhatIsMissingInTheBackground() throws Exception {
        VmSpec spec = machines.spec();
        try (TemplateMaker maker = new TemplateMaker(Duration.ZERO)) {
            launched(spec);
            launched(spec);
            maker.want(templates, spec, machines.context, pool::fill);
            maker.want(templates, spec, machines.context, pool::fill);
            awaitWaiting(2);
        }
        assertThat(templates.list()).hasSize(1);
        try (TemplateMaker maker = new TemplateMaker(Duration.ZERO)) {
            VmSpec larger = machines.spec(new Share(machines.openFolder("late"), "/any", true));
            maker.want(templates, larger, machines.context, () -> {});
        }
        assertThat(Files.list(folder.resolve("templates"))
                        .filter(file -> file.getFileName().toString().startsWith(".begun")))
                .isEmpty();
    }
}
