package org.sourceos.config.system;

import static org.sourceos.config.options.OptionType.FLAG;
import static org.sourceos.config.options.OptionType.PATH;
import static org.sourceos.config.options.OptionType.TEXT;
import static org.sourceos.config.options.OptionType.WHOLE;
import static org.sourceos.config.options.OptionType.listOf;
import static org.sourceos.config.options.OptionType.setOf;
import static org.sourceos.config.system.Options.each;
import static org.sourceos.config.system.Options.group;
import static org.sourceos.config.system.Options.named;
import static org.sourceos.config.system.Options.option;

import java.util.List;
import org.sourceos.config.options.Option;
import org.sourceos.config.options.OptionType.Group;
import org.sourceos.config.options.OptionType.ShortForm;

/** What a Debian system has beyond what the other options say; {@code sourceos import} writes them. */
final class DebianOptions {
    private DebianOptions() {}

    static Option debian() {
        return group(
                "debian",
                "The Debian system underneath, as `sourceos import` found it.",
                option("release", TEXT, "\"12\"", "Its version, as `/etc/os-release` has it."),
                option("codename", TEXT, "\"bookworm\"", "The name of its suite."),
                option("architecture", TEXT, "\"amd64\"", "As dpkg calls it."),
                option(
                        "foreign_architectures",
                        listOf(TEXT),
                        "[ ]",
                        "[ \"i386\" ]",
                        "Others whose packages may be installed."),
                named(
                        "packages",
                        each("a Debian package", "Debian packages", ShortForm.NONE, aPackage()),
                        "{ htop.version = \"3.2.2-2\"; }",
                        "Packages that somebody chose; what they need comes with them."),
                named(
                        "repositories",
                        each("a package source", "package sources", ShortForm.NONE, repository()),
                        "{ debian = { uris = [ \"http://deb.debian.org/debian\" ]; suites = [ \"bookworm\" ]; }; }",
                        "Where packages come from, by the name of the file that says it."),
                group(
                        "services",
                        "Units of systemd, where somebody decided otherwise than their packages.",
                        option("enabled", listOf(TEXT), "[ ]", "[ \"backup.timer\" ]", "Started with the system."),
                        option("disabled", listOf(TEXT), "[ ]", "[ \"cups.service\" ]", "Not started with it."),
                        option(
                                "masked",
                                listOf(TEXT),
                                "[ ]",
                                "[ \"bluetooth.service\" ]",
                                "Not to be started at all.")),
                named(
                        "accounts",
                        each("an account", "accounts", ShortForm.NONE, account()),
                        "{ ann.uid = 1000; }",
                        "The numbers and folders of the accounts that packages did not make."),
                named(
                        "groups",
                        each("a group of accounts", "groups of accounts", ShortForm.NONE, accounts()),
                        "{ family.gid = 1100; }",
                        "Groups that packages did not make."),
                named(
                        "files",
                        each("a kept file", "kept files", ShortForm.NONE, file()),
                        "{ \"/etc/motd\".source = ./files/etc/motd; }",
                        "Files that somebody changed or made, by where they were."),
                option(
                        "links",
                        setOf(TEXT),
                        "{ }",
                        "{ \"/usr/local/bin/py\" = \"/usr/bin/python3\"; }",
                        "Symbolic links that somebody made, and where they lead."),
                option(
                        "removed",
                        listOf(TEXT),
                        "[ ]",
                        "[ \"/etc/cron.daily/dpkg\" ]",
                        "Configuration files of packages that somebody deleted."),
                named(
                        "diversions",
                        each("a diversion", "diversions", ShortForm.NONE, diversion()),
                        "{ \"/usr/bin/vi\" = { to = \"/usr/bin/vi.distrib\"; }; }",
                        "Files of packages that are to be elsewhere (`dpkg-divert`)."),
                option(
                        "alternatives",
                        setOf(TEXT),
                        "{ }",
                        "{ editor = \"/usr/bin/vim.basic\"; }",
                        "What somebody chose with `update-alternatives`."),
                named(
                        "permissions",
                        each("a set of permissions", "sets of permissions", ShortForm.NONE, permissions()),
                        "{ \"/usr/bin/tool\" = { owner = \"root\"; group = \"staff\"; mode = \"2755\"; }; }",
                        "Owners and modes that differ from the package's (`dpkg-statoverride`)."),
                option(
                        "answers",
                        setOf(TEXT),
                        "{ }",
                        "{ \"tzdata/Areas\" = \"Europe\"; }",
                        "What somebody answered to packages' questions (debconf); never passwords."),
                option("kernel_parameters", listOf(TEXT), "[ ]", "[ \"quiet\" ]", "The kernel's command line."),
                option("modules", listOf(TEXT), "[ ]", "[ \"loop\" ]", "Kernel modules that are loaded at start."),
                option("sysctl", setOf(TEXT), "{ }", "{ \"vm.swappiness\" = \"10\"; }", "Settings of the kernel."),
                option("locales", listOf(TEXT), "[ ]", "[ \"de_DE.UTF-8 UTF-8\" ]", "Lines of `/etc/locale.gen`."),
                option(
                        "locale_settings",
                        setOf(TEXT),
                        "{ }",
                        "{ LC_TIME = \"de_DE.UTF-8\"; }",
                        "What `/etc/default/locale` says besides LANG."),
                option(
                        "keyboard",
                        setOf(TEXT),
                        "{ }",
                        "{ XKBLAYOUT = \"de\"; }",
                        "The settings of `/etc/default/keyboard`."),
                named(
                        "mounts",
                        mount(),
                        "{ \"/\".device = \"UUID=…\"; }",
                        "The lines of `/etc/fstab`, by where they are mounted."),
                group(
                        "desktop",
                        "Desktops.",
                        option("environments", listOf(TEXT), "[ ]", "[ \"xfce\" ]", "Those that can be logged in to."),
                        option(
                                "defaults",
                                setOf(TEXT),
                                "{ }",
                                "{ \"text/html\" = \"firefox-esr.desktop\"; }",
                                "What opens a type of file.")),
                group(
                        "others",
                        "Programs that other package managers installed.",
                        option("flatpak", listOf(TEXT), "[ ]", "[ \"org.gimp.GIMP\" ]", "Flatpak applications."),
                        option("snap", listOf(TEXT), "[ ]", "[ \"spotify\" ]", "Snaps."),
                        option("pip", listOf(TEXT), "[ ]", "[ \"requests 2.31.0\" ]", "Python packages for everybody."),
                        option("npm", listOf(TEXT), "[ ]", "[ \"yarn 1.22.19\" ]", "Node packages for everybody.")));
    }

    private static List<Option> aPackage() {
        return List.of(
                option("version", TEXT, "\"3.2.2-2\"", "The one that was installed."),
                option("architecture", TEXT, "\"i386\"", "Where it is not the system's."),
                option("hold", FLAG, "false", "true", "It stays at its version."));
    }

    private static List<Option> repository() {
        return List.of(
                option("types", listOf(TEXT), "[ ]", "[ \"deb\" \"deb-src\" ]", "`deb`, `deb-src`."),
                option("uris", listOf(TEXT), "[ ]", "[ \"http://deb.debian.org/debian\" ]", "Without credentials."),
                option("suites", listOf(TEXT), "[ ]", "[ \"bookworm\" ]", "Suites, or paths that end in `/`."),
                option("components", listOf(TEXT), "[ ]", "[ \"main\" ]", "None for a flat repository."),
                option(
                        "options",
                        setOf(TEXT),
                        "{ }",
                        "{ Signed-By = \"/usr/share/keyrings/debian-archive-keyring.gpg\"; }",
                        "Further fields, as `sources.list(5)` has them."));
    }

    private static List<Option> account() {
        return List.of(
                option("uid", WHOLE, "1000", "The user's number."),
                option("gid", WHOLE, "1000", "The number of the user's own group."),
                option("home", TEXT, "\"/home/ann\"", "The home folder."));
    }

    private static List<Option> accounts() {
        return List.of(
                option("gid", WHOLE, "1100", "The group's number."),
                option("members", listOf(TEXT), "[ ]", "[ \"ann\" ]", "Login names."));
    }

    private static List<Option> file() {
        return List.of(
                option("source", PATH, "./files/etc/motd", "Its content."),
                option("mode", TEXT, "\"0644\"", "Permissions, octal."),
                option("owner", TEXT, "\"root\"", "The owner's name, or number."),
                option("group", TEXT, "\"root\"", "The group's name, or number."),
                option("package", TEXT, "\"nano\"", "The package whose file was changed."),
                option(
                        "incomplete",
                        FLAG,
                        "false",
                        "true",
                        "Secrets were taken out of it: it cannot be put back as it is."));
    }

    private static List<Option> diversion() {
        return List.of(
                option("to", TEXT, "\"/usr/bin/vi.distrib\"", "Where the package's file is."),
                option("package", TEXT, "\"vim\"", "The package that diverts it; absent: whoever keeps the system."));
    }

    private static List<Option> permissions() {
        return List.of(
                option("owner", TEXT, "\"root\"", "The owner's name, or number."),
                option("group", TEXT, "\"staff\"", "The group's name, or number."),
                option("mode", TEXT, "\"2755\"", "Permissions, octal."));
    }

    private static Group mount() {
        return each(
                "a file system",
                "file systems",
                ShortForm.NONE,
                List.of(
                        option("device", TEXT, "\"UUID=…\"", "What is mounted."),
                        option("type", TEXT, "\"ext4\"", "The kind of file system."),
                        option("options", listOf(TEXT), "[ ]", "[ \"noatime\" ]", "Without credentials."),
                        option("dump", WHOLE, "0", "1", "The fifth column."),
                        option("pass", WHOLE, "0", "1", "When it is checked at start.")));
    }
}
