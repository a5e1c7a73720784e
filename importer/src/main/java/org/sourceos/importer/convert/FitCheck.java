package org.sourceos.importer.convert;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sourceos.importer.root.FileFacts;

/** Judges a package by what it brought: its files and their modes, its maintainer scripts, and who else needs it. */
final class FitCheck {
    private static final int SETUID = 06000;
    private static final int SHOWN = 4;
    private static final Pattern SETS_CAPABILITIES = Pattern.compile("(?m)^[^#]*\\bsetcap\\b");
    private static final Pattern ADDS_SHELL = Pattern.compile("(?m)^[^#]*\\badd-shell\\b");

    private final InstalledSystem system;
    private final InstalledPackage of;
    private final Set<String> impossible = new LinkedHashSet<>();
    private final Set<String> missing = new LinkedHashSet<>();

    private FitCheck(InstalledSystem system, InstalledPackage of) {
        this.system = system;
        this.of = of;
    }

    /** @param of with its files */
    static Fit of(InstalledSystem system, InstalledPackage of, ProgramNeeds needs) {
        FitCheck check = new FitCheck(system, of);
        check.partOfTheSystem();
        check.rights();
        check.services();
        check.others();
        check.missing.addAll(needs.unmet());
        if (!check.impossible.isEmpty()) {
            return new Fit(Fit.Grade.NOT_CONVERTIBLE, List.copyOf(check.impossible));
        }
        return new Fit(check.missing.isEmpty() ? Fit.Grade.CONVERTIBLE : Fit.Grade.REDUCED, List.copyOf(check.missing));
    }

    private Stream<String> files(Predicate<String> which) {
        return of.files().stream().filter(which);
    }

    private void impossibleIf(Predicate<String> which, String why) {
        files(which).findFirst().ifPresent(file -> impossible.add(why + " (" + file + ")"));
    }

    private void missingIf(Predicate<String> which, String why) {
        files(which).findFirst().ifPresent(file -> missing.add(why + " (" + file + ")"));
    }

    private void partOfTheSystem() {
        if (of.essential()) {
            impossible.add("it is Essential: every Debian system and every package relies on it being there as it is");
        }
        impossibleIf(
                file -> file.matches("(/usr)?/lib/modules/.+\\.ko(\\.(xz|zst|gz))?")
                        || file.matches("/boot/vmlinuz-.+"),
                "it is the kernel, or a module of it");
        impossibleIf(file -> file.matches("/usr/src/[^/]+/dkms\\.conf"), "it is the source of kernel modules");
        impossibleIf(file -> file.matches("(/usr)?/s?bin/init"), "it is the program that the computer starts with");
        impossibleIf(
                file -> file.matches("(/usr)?/lib(64)?/([^/]+/)?(libc\\.so\\.6|ld-linux[^/]*)"),
                "it is the C library, which all programs of the computer are linked with");
        impossibleIf(
                file -> file.matches("(/usr)?/lib/([^/]+/)?security/pam_.+\\.so"),
                "it is part of how people log in (PAM)");
        impossibleIf(
                file -> file.matches("(/usr)?/lib/([^/]+/)?libnss_.+\\.so.*"),
                "it is part of how names are looked up (NSS)");
        impossibleIf(
                file -> file.matches("(/usr)?/lib/udev/rules\\.d/.+"), "it handles devices of the computer (udev)");
        impossibleIf(
                file -> file.matches("(/usr)?/lib/xorg/modules/.+|/usr/lib/[^/]+/dri/.+"),
                "it is a driver of the display");
        if (files(InstalledPackage::isProgram).findAny().isEmpty()) {
            impossible.add("it has no program in /usr/bin, /bin, /usr/sbin, /sbin or /usr/games that could be run");
        }
        if (ADDS_SHELL.matcher(system.script(of, "postinst")).find()) {
            impossible.add("it is a shell that people log in with");
        }
    }

    private void rights() {
        for (String file : of.files()) {
            boolean raised = system.files()
                    .status(file)
                    .filter(FileFacts::isFile)
                    .map(facts -> (facts.permissions() & SETUID) != 0)
                    .orElse(false);
            if (raised) {
                impossible.add("it gives whoever runs it the rights of somebody else (set-user-ID: " + file + ")");
            }
        }
        if (SETS_CAPABILITIES.matcher(system.script(of, "postinst")).find()) {
            impossible.add("it gives its programs rights of the superuser (setcap in its postinst)");
        }
    }

    private void services() {
        impossibleIf(
                file -> file.matches("/usr/share/dbus-1/system-services/.+\\.service"),
                "other programs reach it as a service of the system's D-Bus");
        missingIf(
                file -> file.matches("/usr/share/dbus-1/services/.+\\.service"),
                "other programs cannot reach it through the session's D-Bus");
        missingIf(
                file -> file.matches("(/usr)?/lib/systemd/system/[^/]+\\.(service|socket|timer)"),
                "its system service would start the program in a machine, where it serves nobody");
        missingIf(
                file -> file.matches("(/usr)?/lib/systemd/user/[^/]+\\.(service|socket|timer)"),
                "its user service would start the program in a machine");
        missingIf(
                file -> file.startsWith("/usr/share/polkit-1/actions/"), "it cannot ask for an administrator's rights");
        missingIf(file -> file.matches("/etc/cron\\.[a-z]+/.+"), "its cron job would start the program in a machine");
    }

    private void others() {
        List<String> names = new ArrayList<>(
                system.neededBy(of).stream().map(InstalledPackage::name).toList());
        if (!names.isEmpty()) {
            int more = names.size() - SHOWN;
            String shown = String.join(", ", names.subList(0, Math.min(SHOWN, names.size())));
            missing.add("packages that call it get the machine too, which sees only files that its arguments name: "
                    + shown + (more > 0 ? " and " + more + " more" : ""));
        }
    }
}
