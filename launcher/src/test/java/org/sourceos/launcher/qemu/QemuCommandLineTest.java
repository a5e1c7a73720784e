package org.sourceos.launcher.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.sourceos.launcher.LaunchException;

class QemuCommandLineTest {
    private static VmSpec spec(int cpus, Network network, List<Path> disks, List<Share> shares, Accel accel) {
        return new VmSpec(
                "hello",
                Path.of("/store/vmlinux"),
                Path.of("/state/init.cpio"),
                disks,
                RootMode.OVERLAYFS,
                256,
                cpus,
                network,
                shares,
                accel,
                2_596_125);
    }

    private static String command(VmSpec spec) {
        return String.join(" ", QemuCommandLine.arguments(spec, Path.of("/r/control"), Path.of("/r/qmp")))
                .replace(" -", "\n-");
    }

    @Test
    void isThisForTheSmallestMachine() {
        assertThat(command(spec(1, new Network.None(), List.of(Path.of("/store/a.erofs")), List.of(), Accel.TCG)))
                .isEqualTo("""
                        qemu-system-x86_64
                        -name sourceos-hello
                        -no-user-config
                        -nodefaults
                        -display none
                        -no-reboot
                        -M microvm,acpi=off,pit=on,pic=on,rtc=on,isa-serial=on,usb=off,graphics=off,mem-merge=off
                        -accel tcg,thread=multi
                        -cpu max
                        -m 256M
                        -smp 1
                        -kernel /store/vmlinux
                        -initrd /state/init.cpio
                        -append console=ttyS0 quiet reboot=t panic=-1 random.trust_cpu=on tsc=reliable \
                        tsc_early_khz=2596125 SOURCEOS_LAYERS=1 SOURCEOS_ROOT=overlayfs
                        -sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny
                        -global virtio-mmio.force-legacy=false
                        -chardev stdio,id=console,mux=off,signal=off
                        -serial chardev:console
                        -chardev socket,id=qmp,server=off,path=/r/qmp
                        -mon chardev=qmp,mode=control
                        -chardev socket,id=control,server=off,path=/r/control
                        -device virtio-serial-device,max_ports=2
                        -device virtserialport,chardev=control,name=org.sourceos.control
                        -blockdev driver=raw,node-name=layer0,read-only=on,file.driver=file,file.locking=off,\
                        file.filename=/store/a.erofs
                        -device virtio-blk-device,drive=layer0,serial=layer0""");
    }

    @Test
    void addsNetworkSharesAndTheProcessorsOwnCounter() {
        String command = command(spec(
                2,
                new Network.User(List.of(new PortForward("127.0.0.1", 8080, 80))),
                List.of(),
                List.of(new Share(Path.of("/a,b"), "/work", true)),
                Accel.KVM));
        assertThat(command)
                .contains("-accel kvm\n-cpu host")
                .doesNotContain("tsc_early_khz")
                .contains("-netdev user,id=net,ipv6=off,hostfwd=tcp:127.0.0.1:8080-:80")
                .contains("-fsdev local,id=share0,security_model=none,multidevs=remap,readonly=on,path=/a,,b")
                .contains("-device virtio-9p-device,fsdev=share0,mount_tag=share0");
    }

    @Test
    void saysWhenAMachineHasTooManyDevices() {
        List<Share> shares = IntStream.range(0, 7)
                .mapToObj(i -> new Share(Path.of("/s" + i), "/s" + i, false))
                .toList();
        VmSpec spec = spec(1, new Network.User(List.of()), List.of(Path.of("/d")), shares, Accel.TCG);
        assertThatThrownBy(spec::check)
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("10 devices")
                .hasMessageContaining("room for 8");
    }

    @Test
    void readsPortForwards() throws LaunchException {
        assertThat(PortForward.parse("8080:80")).isEqualTo(new PortForward("127.0.0.1", 8080, 80));
        assertThat(PortForward.parse("0.0.0.0:8080:80")).isEqualTo(new PortForward("0.0.0.0", 8080, 80));
        for (String wrong : List.of("", "80", "0:80", "80:65536", "256.1.1.1:1:1", "a:b", "1:2:3:4", "1.2.3:4:5")) {
            assertThatThrownBy(() -> PortForward.parse(wrong)).isInstanceOf(LaunchException.class);
        }
    }

    @Property(tries = 500)
    void readsAnyTextAsAPortForwardOrRefusesIt(@ForAll String text) {
        try {
            assertThat(PortForward.parse(text).hostPort()).isBetween(1, 65_535);
        } catch (LaunchException e) {
            assertThat(e).hasMessageContaining("[IP:]HOST:GUEST");
        }
    }

    @Test
    void readsShares() throws LaunchException {
        Path here = Path.of("/here");
        assertThat(Share.parse("sub/..:/work", here)).isEqualTo(new Share(here, "/work", false));
        assertThat(Share.parse("/a:b:/c:ro", here)).isEqualTo(new Share(Path.of("/a:b"), "/c", true));
        assertThat(Share.parse("/a:/c:rw", here)).isEqualTo(new Share(Path.of("/a"), "/c", false));
        for (String wrong : List.of("", "/a", "/a:b", ":/b", "/a:/", "/a:/b/../c", "/a:/b//c", "/a:ro")) {
            assertThatThrownBy(() -> Share.parse(wrong, here)).isInstanceOf(LaunchException.class);
        }
    }

    @Test
    void readsTheCountersFrequency() {
        String one = "processor\t: 0\nflags\t\t: fpu constant_tsc de\nbogomips\t: 5192.25\n";
        assertThat(TscFrequency.parse(one)).isEqualTo(2_596_125);
        assertThat(TscFrequency.parse(one.replace("constant_tsc", "tsc"))).isZero();
        assertThat(TscFrequency.parse(one.replace("5192.25", "what"))).isZero();
        assertThat(TscFrequency.parse("")).isZero();
        assertThat(TscFrequency.parse(one.replace("5192.25", "9e99999999"))).isZero();
    }

    @Test
    void anotherQemuIsToldWhereItsFirmwareIs() {
        VmSpec spec = spec(1, new Network.None(), List.of(), List.of(), Accel.TCG)
                .by(QemuProgram.in(Path.of("/store/roots/q")));
        assertThat(QemuCommandLine.arguments(spec, Path.of("/c"), Path.of("/q")))
                .startsWith(
                        "/store/roots/q/usr/bin/qemu-system-x86_64", "-L", "/store/roots/q/usr/share/qemu", "-name");
    }

    @Test
    void memoryThatGoesBackToTheHostIsNeverMappedFromAFile() {
        VmSpec spec = spec(1, new Network.None(), List.of(Path.of("/d")), List.of(), Accel.TCG)
                .of(new MemoryKind(false, true));
        assertThat(QemuCommandLine.arguments(spec, Path.of("/c"), Path.of("/q")))
                .contains("virtio-balloon-device,free-page-reporting=on,deflate-on-oom=on");
        assertThat(spec.devices()).isEqualTo(spec.of(MemoryKind.ORDINARY).devices() + 1);
        assertThatThrownBy(() -> QemuCommandLine.arguments(
                        spec, new Memory.Restored(Path.of("/template/ram")), Path.of("/c"), Path.of("/q")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void hugePagesAreTheHostsReservedOnes() {
        VmSpec spec = spec(1, new Network.None(), List.of(Path.of("/d")), List.of(), Accel.TCG)
                .of(new MemoryKind(true, false));
        assertThat(QemuCommandLine.arguments(spec, Path.of("/c"), Path.of("/q")))
                .contains("memory-backend-memfd,id=ram,size=256M,hugetlb=on,hugetlbsize=2M")
                .anyMatch(word -> word.endsWith(",mem-merge=off,memory-backend=ram"));
    }
}
