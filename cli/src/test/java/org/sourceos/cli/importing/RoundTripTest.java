package org.sourceos.cli.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.cli.TestContext;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.Directories;
import org.sourceos.host.ProcessRunner;

/** A Debian system, imported, made anew from the configuration, and imported again: the same configuration. */
@Tag("slow")
class RoundTripTest {
    @TempDir
    private Path temp;

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void knowNobody() throws IOException {
        environment.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        environment.put("HOME", temp.resolve("home").toString());
        environment.put("USER", "ann");
        environment.put("GIT_CONFIG_NOSYSTEM", "1");
        environment.put("SOURCEOS_CONFIG", temp.resolve("config").toString());
        environment.put("SOURCEOS_STORE", temp.resolve("store").toString());
        environment.put("SOURCEOS_STATE", temp.resolve("state").toString());
        assumeTrue(
                Integer.valueOf(0).equals(Files.getAttribute(temp, "unix:uid")),
                "only root's mmdebstrap leaves a folder that its maker can read everything of");
    }

    @AfterEach
    void removeTheRoots() throws IOException {
        Directories.remove(temp.resolve("root"));
        Directories.remove(temp.resolve("made"));
    }

    private TestContext run(int status, String... args) {
        TestContext context = TestContext.withTemplates(temp, environment);
        assertThat(context.execute(args)).as(context.out() + context.err()).isEqualTo(status);
        return context;
    }

    private Path imported(String root, String config) throws IOException {
        run(0, "import", "--from-debian", "--root", root, "--output", config);
        Path folder = temp.resolve(config);
        new ProcessRunner()
                .output(
                        Command.of("git", "-c", "safe.directory=*", "checkout", "--quiet", "import/study")
                                .withDirectory(folder),
                        new Cancellation());
        return folder;
    }

    private static String text(Path folder, String file) throws IOException {
        return Files.readString(folder.resolve(file));
    }

    @Test
    void whatIsMadeOfAnImportIsImportedAsTheSame() throws IOException {
        DebianRoot root = DebianRoot.in(temp).write("etc/hostname", "study\n").delete("etc/resolv.conf");
        plant(root);
        Path first = imported("root", "first");

        TestContext export = run(0, "export", "--to-debian", "--output", "made", "first");
        assertThat(export.out()).isEqualTo(temp.resolve("made") + ": as described\n");
        Path second = imported("made", "second");

        for (String file : List.of("packages.source.nix", "users.source.nix", "system.source.nix")) {
            assertThat(text(second, file)).as(file).isEqualTo(text(first, file));
        }
        assertThat(text(second, "files/etc/nanorc"))
                .isEqualTo(text(first, "files/etc/nanorc"))
                .endsWith("set tabsize 4\n");
        assertThat(temp.resolve("made/usr/bin/less.real")).exists();
        assertThat(temp.resolve("made/sourceos-export")).doesNotExist();
        assertThat(Files.getAttribute(temp.resolve("made/usr/bin/tree"), "unix:gid"))
                .isEqualTo(1100);

        TestContext again = TestContext.withTemplates(temp, environment);
        assertThat(again.execute("export", "--to-debian", "--output", "made", "first"))
                .isNotZero();
        assertThat(again.err()).contains("is there already");
    }

    private static void plant(DebianRoot root) throws IOException {
        root.replace("var/lib/dpkg/status", "Package: tree\nStatus: install", "Package: tree\nStatus: hold")
                .append(
                        "etc/passwd",
                        "ann:x:1000:1000:Ann Example,,,:/home/ann:/bin/zsh\nbackupbot:x:990:990::/srv/backup:/bin/sh\n")
                .append("etc/group", "ann:x:1000:\nbackupbot:x:990:\nfamily:x:1100:ann\n")
                .replace("etc/group", "sudo:x:27:", "sudo:x:27:ann")
                .write("etc/sudoers.d/family", "%family ALL=(ALL) NOPASSWD: /usr/bin/apt update\n")
                .write("etc/systemd/system/backup.service", "[Service]\nExecStart=/usr/local/bin/backup\n")
                .write(
                        "etc/systemd/system/backup.timer",
                        "[Timer]\nOnCalendar=daily\n[Install]\nWantedBy=timers.target\n")
                .link("etc/systemd/system/timers.target.wants/backup.timer", "/etc/systemd/system/backup.timer")
                .delete("etc/systemd/system/multi-user.target.wants/rsyslog.service")
                .link("etc/systemd/system/apt-daily.timer", "/dev/null")
                .write("etc/systemd/system/ssh.service.d/override.conf", "[Service]\nNice=5\n")
                .write("etc/cron.d/report", "0 4 * * * root /usr/local/bin/report\n")
                .write("var/spool/cron/crontabs/ann", "@daily /home/ann/bin/tidy\n")
                .append("etc/nanorc", "set tabsize 4\n")
                .replace("etc/ssh/sshd_config", "#PermitRootLogin prohibit-password", "PermitRootLogin no")
                .delete("etc/cron.daily/dpkg")
                .append("var/lib/dpkg/diversions", "/usr/bin/less\n/usr/bin/less.real\n:\n")
                .replace("var/lib/dpkg/alternatives/editor", "auto\n", "manual\n")
                .append("var/lib/dpkg/statoverride", "root family 2750 /usr/bin/tree\n")
                .write(
                        "etc/fstab",
                        "UUID=0a1b / ext4 errors=remount-ro,noatime 0 1\n/dev/sdb1 /data xfs defaults 0 2\n")
                .write("etc/kernel/cmdline", "quiet iommu=pt\n")
                .write("etc/modules-load.d/own.conf", "# mine\nv4l2loopback\n")
                .write("etc/sysctl.d/50-own.conf", "vm.swappiness = 10\n")
                .write("etc/modprobe.d/own.conf", "options v4l2loopback devices=2\n")
                .write("etc/default/locale", "LANG=de_DE.UTF-8\nLC_TIME=en_GB.UTF-8\n")
                .append("etc/locale.gen", "de_DE.UTF-8 UTF-8\n")
                .link("etc/localtime", "/usr/share/zoneinfo/Europe/Berlin")
                .write("etc/default/keyboard", "XKBLAYOUT=\"de\"\nXKBVARIANT=\"nodeadkeys\"\n")
                .write("usr/local/bin/backup", "#!/bin/sh\nexec tar -cf /srv/backup.tar /home\n")
                .write("etc/own-tool.conf", "colour = green\n")
                .link("usr/local/bin/py", "/usr/bin/python3");
    }
}
