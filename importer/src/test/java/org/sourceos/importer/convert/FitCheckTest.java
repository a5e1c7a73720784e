package org.sourceos.importer.convert;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FitCheckTest {
    @TempDir
    private Path temp;

    private SmallDebian debian;

    @BeforeEach
    void begin() throws Exception {
        debian = SmallDebian.in(temp);
    }

    private Fit fit(String name) throws Exception {
        return debian.plan(name).fit();
    }

    @Test
    void aProgramOfItsOwnFits() throws Exception {
        debian.install(
                "greet", List.of("Depends: libc6 (>= 2.36)"), "/usr/bin/greet", "/usr/share/man/man1/greet.1.gz");

        assertThat(fit("greet")).isEqualTo(new Fit(Fit.Grade.CONVERTIBLE, List.of()));
    }

    @Test
    void partsOfTheSystemDoNotFit() throws Exception {
        debian.install("libc6", List.of(), "/lib/x86_64-linux-gnu/libc.so.6", "/usr/bin/ldd")
                .install("shell", List.of("Essential: yes"), "/bin/shell")
                .install("systemd-sysv", List.of(), "/sbin/init")
                .install("linux-image-6.1", List.of(), "/lib/modules/6.1/kernel/fs/ext4.ko", "/usr/bin/x")
                .install("driver-dkms", List.of(), "/usr/src/driver-1/dkms.conf", "/usr/bin/x")
                .install("polite", List.of(), "/usr/share/dbus-1/system-services/org.polite.service", "/usr/bin/polite")
                .install("libgreet1", List.of(), "/usr/lib/x86_64-linux-gnu/libgreet.so.1")
                .install("fish", List.of(), "/usr/bin/fish")
                .write("/var/lib/dpkg/info/fish.postinst", "#!/bin/sh\n  add-shell /usr/bin/fish\n");

        for (String name : List.of(
                "libc6", "shell", "systemd-sysv", "linux-image-6.1", "driver-dkms", "polite", "libgreet1", "fish")) {
            assertThat(fit(name).grade()).as(name).isEqualTo(Fit.Grade.NOT_CONVERTIBLE);
            assertThat(fit(name).reasons()).as(name).hasSize(1);
        }
    }

    @Test
    void whoGivesRightsAwayDoesNotFit() throws Exception {
        debian.install("raise", List.of(), "/usr/bin/raise")
                .install("ping", List.of(), "/usr/bin/ping")
                .write("/var/lib/dpkg/info/ping.postinst", "setcap cap_net_raw+ep /usr/bin/ping\n");
        Files.setAttribute(debian.root().resolve("usr/bin/raise"), "unix:mode", 0104755);

        assertThat(fit("raise").reasons()).singleElement().asString().contains("set-user-ID: /usr/bin/raise");
        assertThat(fit("ping").reasons()).singleElement().asString().contains("setcap");
    }

    @Test
    void whatMachinesDoNotHaveIsNamed() throws Exception {
        debian.install("paint", List.of("Depends: libx11-6, libasound2, libdbus-1-3, libusb-1.0-0"), "/usr/bin/paint")
                .install("serve", List.of("Section: net"), "/usr/bin/serve", "/lib/systemd/system/serve.service")
                .install("awk1", List.of("Provides: awk"), "/usr/bin/awk1")
                .install("needy", List.of("Pre-Depends: awk"), "/usr/bin/needy");

        assertThat(fit("paint").grade()).isEqualTo(Fit.Grade.REDUCED);
        assertThat(String.join("\n", fit("paint").reasons())).contains("windows", "sound", "D-Bus", "/dev/bus/usb");
        assertThat(fit("serve").reasons()).singleElement().asString().contains("serve.service");
        assertThat(debian.plan("serve").needs().network()).isTrue();
        assertThat(fit("awk1").reasons()).singleElement().asString().contains("needy");
    }

    @Test
    void theRecipeIsOfTheSourceWithoutTheRebuildsSuffix() throws Exception {
        debian.install("sql", List.of("Source: sqlite", "Depends: libsql0 (= 1.0-2+b1), libreadline8"), "/usr/bin/sql")
                .install("libsql0", List.of("Source: sqlite"), "/usr/lib/x86_64-linux-gnu/libsql.so.0")
                .install("libreadline8", List.of(), "/usr/lib/x86_64-linux-gnu/libreadline.so.8");
        Conversion plan = debian.plan("sql");

        assertThat(plan.of().sourceVersion()).isEqualTo("1.0-2");
        assertThat(RecipeText.ofSource(plan, "1.0-2", List.of("debhelper", "tcl8.6-dev")))
                .contains(
                        "source = \"debian:sqlite=1.0-2\"",
                        "binaries = [\"sql\", \"libsql0\"]",
                        "depends = [\"debian:debhelper\", \"debian:libreadline8\", \"debian:tcl8.6-dev\"]",
                        "terminfo = ");
    }

    @Test
    void desktopEntriesFollowTheCommandOrAreReplaced() throws Exception {
        debian.install(
                        "fox",
                        List.of(),
                        "/usr/bin/fox",
                        "/usr/lib/fox/fox",
                        "/usr/share/applications/fox.desktop",
                        "/usr/share/applications/plain.desktop")
                .write(
                        "/usr/share/applications/fox.desktop",
                        "[Desktop Entry]\nExec=/usr/lib/fox/fox %u\nMimeType=text/html;image/png;\nDBusActivatable=true\n")
                .write("/usr/share/applications/plain.desktop", "[Desktop Entry]\nExec=fox --new\n");

        assertThat(debian.plan("fox").desktop())
                .extracting(DesktopEntry::path, DesktopEntry::mimeTypes, DesktopEntry::replacement)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                "/usr/share/applications/fox.desktop",
                                List.of("image/png", "text/html"),
                                java.util.Optional.of("[Desktop Entry]\nExec=/usr/bin/fox %u\nMimeType=text/html;"
                                        + "image/png;\nDBusActivatable=false\n")),
                        org.assertj.core.groups.Tuple.tuple(
                                "/usr/share/applications/plain.desktop", List.of(), java.util.Optional.empty()));
    }

    @Test
    void buildNeedsAreThoseWithoutTestsAndDocumentation() {
        assertThat(BuildNeeds.of(
                                "debhelper-compat (= 13), acl <!nocheck>, texinfo <!nodoc>, a [i386] | b, c <stage1>, d:native",
                                "amd64")
                        .print())
                .isEqualTo("debhelper-compat (= 13), b, d:native");
    }

    @Test
    void scriptsForWhatTheMachineDoesNotHaveStayDebians() throws Exception {
        debian.install("dash", List.of("Essential: yes"), "/bin/sh")
                .install("python3", List.of(), "/usr/bin/python3.11")
                .install("gawk", List.of(), "/usr/bin/gawk")
                .install(
                        "copy",
                        List.of("Depends: gawk"),
                        "/usr/bin/copy",
                        "/usr/bin/rcopy",
                        "/usr/bin/scopy",
                        "/usr/bin/acopy",
                        "/usr/bin/ecopy")
                .install("only", List.of(), "/usr/bin/only")
                .write("/usr/bin/rcopy", "#!/usr/bin/python3\nimport os\n")
                .write("/usr/bin/scopy", "#! /bin/sh -e\ncopy\n")
                .write("/usr/bin/acopy", "#!/usr/bin/awk -f\n{ print }\n")
                .write("/usr/bin/ecopy", "#!/usr/bin/env python3.11\nimport os\n")
                .write("/usr/bin/only", "#!/usr/bin/python3\nimport os\n")
                .link("/usr/bin/python3", "python3.11")
                .link("/usr/bin/awk", "/etc/alternatives/awk")
                .link("/etc/alternatives/awk", "/usr/bin/gawk");
        Conversion plan = debian.plan("copy");

        assertThat(plan.commands()).containsExactly("/usr/bin/copy", "/usr/bin/acopy", "/usr/bin/scopy");
        assertThat(String.join("\n", plan.lost()))
                .contains("/usr/bin/rcopy stays Debian's own", "/usr/bin/python3,", "/usr/bin/ecopy stays");
        assertThat(RecipeText.ofSource(plan, "1.0-2", List.of()))
                .contains("exclude = [\"/usr/bin/ecopy\", \"/usr/bin/rcopy\"]");
        assertThat(fit("only").reasons()).singleElement().asString().contains("scripts for an interpreter");
    }

    @Test
    void aNameIsSaidToLeadToAProgramOnlyWhereItDoes() throws Exception {
        debian.install("term", List.of(), "/usr/bin/eterm", "/usr/bin/lterm", "/usr/bin/term")
                .install("other", List.of(), "/usr/bin/other")
                .write(
                        "/var/lib/dpkg/alternatives/x-term",
                        "auto\n/usr/bin/x-term\n\n/usr/bin/eterm\n20\n/usr/bin/lterm\n30\n")
                .write(
                        "/var/lib/dpkg/alternatives/tty",
                        "manual\n/usr/bin/tty\n\n/usr/bin/term\n20\n/usr/bin/other\n1\n")
                .link("/etc/alternatives/x-term", "/usr/bin/lterm")
                .link("/etc/alternatives/tty", "/usr/bin/other");

        assertThat(debian.plan("term").alternatives()).containsExactly("x-term → /usr/bin/lterm");
        assertThat(debian.plan("term").commands()).containsExactly("/usr/bin/term", "/usr/bin/lterm", "/usr/bin/eterm");
    }

    @Test
    void aNameThatItsOwnScriptsCallItByIsInItsMachine() throws Exception {
        debian.write("/usr/bin/showfonts", "#!/bin/sh\nbanner -f \"$1\" | pages\n")
                .install("banner", List.of(), "/usr/bin/banner-big", "/usr/bin/showfonts")
                .write("/var/lib/dpkg/alternatives/banner", "auto\n/usr/bin/banner\n\n/usr/bin/banner-big\n20\n")
                .write("/var/lib/dpkg/alternatives/poster", "auto\n/usr/bin/poster\n\n/usr/bin/banner-big\n20\n")
                .link("/etc/alternatives/banner", "/usr/bin/banner-big")
                .link("/etc/alternatives/poster", "/usr/bin/banner-big");
        Conversion plan = debian.plan("banner");

        assertThat(plan.links()).containsExactly(Map.entry("/usr/bin/banner", "/usr/bin/banner-big"));
        String made = "ln -sfn /usr/bin/banner-big \"$DESTDIR/usr/bin/banner\"\n'''\n";
        assertThat(RecipeText.ofSource(plan, "1.0-2", List.of())).contains("install = '''\n" + made);
        assertThat(RecipeText.ofBinary(plan, "banner.files")).contains(made);
    }

    @Test
    void whatAKilledDpkgNotedCounts() throws Exception {
        String half = "Package: one\nStatus: deinstall ok half-configured\nArchitecture: amd64\nVersion: 1.0-2\n\n";
        debian.install("one", List.of(), "/usr/bin/one")
                .install("two", List.of(), "/usr/bin/two")
                .write("/var/lib/dpkg/updates/0000", half)
                .write("/var/lib/dpkg/updates/tmp.i", half.replace("one", "two"));
        assertThat(debian.system().packages().keySet()).containsExactly("two");

        debian.write(
                "/var/lib/dpkg/updates/0001", half.replace("deinstall ok half-configured", "install ok installed"));
        assertThat(debian.system().packages().keySet()).containsExactly("one", "two");
    }

    @Test
    void aPackageWhoseProgramsAreGoneDoesNotFit() throws Exception {
        debian.install("gone", List.of(), "/usr/bin/gone");
        Files.delete(temp.resolve("root/usr/bin/gone"));

        assertThat(debian.plan("gone").fit().grade()).isEqualTo(Fit.Grade.NOT_CONVERTIBLE);
        assertThat(debian.plan("gone").fit().reasons())
                .containsExactly(
                        "none of its programs is there: they were deleted, may not be run, or are links to nothing");
    }

    @Test
    void aPartOfAnotherProgramIsNone() throws Exception {
        debian.install("libpearl", List.of("Source: pearl"), "/usr/bin/pearl-x86")
                .install("pearl", List.of("Depends: libpearl, pearl-doc"), "/usr/bin/pearl")
                .install("pearl-all", List.of("Source: pearl", "Depends: pearl"), "/usr/share/pearl-all");
        InstalledSystem system = debian.system();

        assertThat(system.packages().values())
                .filteredOn(system::isPartOfAnother)
                .extracting(InstalledPackage::name)
                .containsExactly("libpearl");
    }

    @Test
    void whatItOnlyUsesIsNamedAndWhatOnlyInstallsIsLeftOut() throws Exception {
        debian.install("ssh", List.of(), "/usr/bin/ssh")
                .install("libwords", List.of(), "/usr/lib/libwords.so.1")
                .install("debconf", List.of("Depends: perl-libs"), "/usr/bin/debconf", "/usr/share/debconf/frontend")
                .install("perl-libs", List.of(), "/usr/share/perl5/Debconf.pm")
                .install("fonts", List.of("Depends: debconf"), "/usr/share/fonts/a/b.ttf", "/usr/share/pkgconfig/f.pc")
                .install(
                        "sync",
                        List.of("Depends: fonts", "Recommends: libwords", "Suggests: ssh | rsh, python9"),
                        "/usr/bin/sync");
        Conversion plan = debian.plan("sync");

        assertThat(plan.lost()).anyMatch(line -> line.endsWith("stay outside: those of ssh"));
        assertThat(plan.include()).containsExactly("/usr/share/fonts/**");
    }

    @Test
    void pathsThatAreDivertedAreLeftAlone() throws Exception {
        debian.install("fox", List.of(), "/usr/bin/fox-esr")
                .install("late", List.of(), "/usr/bin/late")
                .link("/usr/bin/fox", "fox-esr")
                .link("/usr/bin/browser", "/usr/bin/else")
                .write("/usr/bin/else", "")
                .write("/var/lib/dpkg/info/fox.list", "/.\n/usr/bin/fox-esr\n/usr/bin/fox\n/usr/bin/browser\n")
                .write(
                        "/var/lib/dpkg/diversions",
                        "/usr/bin/fox\n/usr/bin/fox.real\nfox\n/usr/bin/browser\n/usr/bin/b\n:\n"
                                + "/usr/bin/late\n/usr/bin/late.other\n:\n"
                                + "/usr/bin/fox-esr\n/usr/bin/fox-esr.debian\n:\n");
        Files.setAttribute(debian.root().resolve("usr/bin/else"), "unix:mode", 0100755);
        Conversion plan = debian.plan("fox");

        assertThat(plan.commands()).containsExactly("/usr/bin/fox-esr");
        assertThat(plan.lost())
                .anyMatch(line -> line.startsWith("/usr/bin/fox stays as it is, a link to /usr/bin/fox-esr"))
                .anyMatch(line -> line.startsWith("/usr/bin/browser stays Debian's own: it is diverted"));
        assertThat(fit("late").reasons()).singleElement().asString().contains("diverted already");
    }

    @Test
    void programsThatItsShellScriptsCallComeWithIt() throws Exception {
        debian.install(
                        "libc-bin",
                        List.of("Essential: yes"),
                        "/usr/bin/locale",
                        "/bin/sed",
                        "/bin/dash",
                        "/usr/bin/tac")
                .link("/usr/bin/sh", "dash")
                .write(
                        "/var/lib/dpkg/info/libc-bin.list",
                        "/usr/bin/locale\n/bin/sed\n/bin/dash\n/bin/sh\n/usr/bin/tac\n")
                .install("mount", List.of("Priority: required"), "/bin/mount")
                .install("term", List.of(), "/usr/bin/term", "/usr/bin/lterm")
                .write(
                        "/usr/bin/lterm",
                        "#!/bin/sh\n# tac is not called\nmount; which locale | sed s/a/b/ | awk 1; exec term\n");

        assertThat(debian.plan("term").include()).containsExactly("/usr/bin/awk", "/usr/bin/locale", "/usr/bin/sed");
    }

    @Test
    void aLargeProgramWithWindowsGetsALargerMachine() throws Exception {
        debian.install("fox", List.of("Depends: libx11-6", "Installed-Size: 251904"), "/usr/bin/fox")
                .install("term", List.of("Depends: libx11-6", "Installed-Size: 2048"), "/usr/bin/term")
                .install("libx11-6", List.of("Depends: libc6", "Installed-Size: 1000"), "/usr/lib/libX11.so.6")
                .install("libc6", List.of("Installed-Size: 10"), "/usr/lib/libc.so.6");

        assertThat(RecipeText.ofBinary(debian.plan("fox"), "fox.files")).contains("memory = \"2G\"\ncpus = 2\n");
        assertThat(RecipeText.ofBinary(debian.plan("term"), "term.files"))
                .contains("memory = \"1G\"")
                .doesNotContain("cpus");
        assertThat(debian.plan("fox").othersKib()).isEqualTo(1010);
    }
}
