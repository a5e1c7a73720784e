package org.sourceos.config.system;

import static org.sourceos.config.options.OptionType.FLAG;
import static org.sourceos.config.options.OptionType.PACKAGE;
import static org.sourceos.config.options.OptionType.PATH;
import static org.sourceos.config.options.OptionType.TEXT;
import static org.sourceos.config.options.OptionType.choice;
import static org.sourceos.config.options.OptionType.listOf;
import static org.sourceos.config.options.OptionType.oneOf;
import static org.sourceos.config.options.OptionType.setOf;
import static org.sourceos.config.system.Options.each;
import static org.sourceos.config.system.Options.group;
import static org.sourceos.config.system.Options.named;
import static org.sourceos.config.system.Options.option;

import java.util.List;
import org.sourceos.config.options.Option;
import org.sourceos.config.options.OptionSet;
import org.sourceos.config.options.OptionType;
import org.sourceos.config.options.OptionType.Group;
import org.sourceos.config.options.OptionType.ShortForm;
import org.sourceos.config.options.OptionType.Whole;

/** The options of a system's configuration. docs/options.md is made from them. */
public final class SystemOptions {
    private static final OptionType PORT = new Whole(1, 65535);

    private SystemOptions() {}

    /** All of them. */
    public static OptionSet all() {
        return new OptionSet(List.of(
                system(),
                named(
                        "users",
                        each("a user", "users", ShortForm.NONE, user()),
                        "{ dad.packages = [ firefox ]; }",
                        "The people who use the computer, by login name."),
                named(
                        "vms",
                        machine(),
                        "{ gaming.cpu_pinning = [ 4 5 6 7 ]; }",
                        "Machines of the system itself, which everybody may use."),
                group(
                        "shared",
                        "What several users have in common.",
                        named(
                                "vms",
                                machine(),
                                "{ movie-player.package = vlc; }",
                                "Machines that several input domains reach.")),
                cache(),
                sharing()));
    }

    private static Option system() {
        return group(
                "system",
                "The computer as a whole.",
                option("hostname", Forms.HOST_NAME, "\"study\"", "Its name in the network."),
                option("timezone", Forms.TIME_ZONE, "\"Europe/Berlin\"", "An entry of the time zone database."),
                option("locale", Forms.LOCALE, "\"en_GB.UTF-8\"", "Language, country and encoding."),
                option(
                        "kernel",
                        kernel(),
                        "{ version = \"6.6\"; features = [ \"VFIO\" ]; }",
                        "The system's own kernel."),
                group(
                        "boot",
                        "How `sourceos-rebuild boot` makes the computer start with that kernel.",
                        option(
                                "root",
                                Forms.FOLDER,
                                "\"/boot\"",
                                "Where the partition is mounted that the boot loader reads; found as `bootctl` does where it is"
                                        + " not said."),
                        option(
                                "parameters",
                                listOf(TEXT),
                                "[ \"root=LABEL=system\" \"ro\" ]",
                                "The kernel's command line; that of the running kernel where it is not said."),
                        option(
                                "initrd",
                                Forms.FOLDER,
                                "\"/boot/initrd.img\"",
                                "A file that is loaded with the kernel, for a root file system that needs one.")),
                option(
                        "qemu",
                        oneOf(choice("slim", "debian"), PATH),
                        "\"slim\"",
                        "Which QEMU runs the machines: the one built from source with little in it, Debian's, or a program."),
                group(
                        "memory",
                        "What machines have in common of the host's memory.",
                        option(
                                "dedup",
                                choice("off", "domain"),
                                "\"domain\"",
                                "`off` where it is not said. `domain`: the host's kernel merges equal pages of machines that have the same `trust_domain` (KSM),"
                                        + " of one domain at a time. See limits.md.")),
                group(
                        "input",
                        "Who types where.",
                        named(
                                "domains",
                                each("an input domain", "input domains", ShortForm.NONE, inputDomain()),
                                "{ dad.devices = [ \"keyboard:046D:C31C\" ]; }",
                                "Keyboards, mice and monitors that belong together, such as one person's seat.")),
                option(
                        "applications",
                        setOf(PACKAGE),
                        "{ }",
                        "{ firefox-work = firefox.override { profile = ./work-profile; }; }",
                        "Programs that are built beforehand, under the names they are started by."),
                DebianOptions.debian());
    }

    private static Group kernel() {
        return each(
                "a set of kernel settings",
                "sets of kernel settings",
                ShortForm.SETTINGS,
                List.of(
                        option("version", TEXT, "\"6.6\"", "The recipe's own where it is not said."),
                        option(
                                "features",
                                listOf(Forms.KERNEL_FEATURE),
                                "[ ]",
                                "[ \"PREEMPT\" \"NO_HZ_FULL\" \"VFIO\" ]",
                                "What it can do beyond what each program asks for: fragments of `templates/kernel/features`."),
                        option(
                                "patches",
                                listOf(PATH),
                                "[ ]",
                                "[ ./gaming-latency.patch ]",
                                "Applied in order with `patch -p1`."),
                        option(
                                "preempt",
                                choice("none", "voluntary", "full"),
                                "\"full\"",
                                "How readily it interrupts itself; the more, the sooner input is answered."),
                        option(
                                "timer_hz",
                                new OptionType.NumberChoice(List.of(100L, 250L, 300L, 1000L)),
                                "1000",
                                "How often its clock ticks in a second."),
                        option(
                                "no_debug",
                                FLAG,
                                "true",
                                "Leaves out what only helps to find mistakes in the kernel.")));
    }

    private static List<Option> inputDomain() {
        return List.of(
                option(
                        "devices",
                        listOf(Forms.INPUT_DEVICE),
                        "[ ]",
                        "[ \"keyboard:046D:C31C\" \"mouse:046D:C077\" ]",
                        "`KIND:VENDOR:PRODUCT` as `lsusb` prints the two numbers, or a name."),
                option("monitors", listOf(new Whole(1, 64)), "[ ]", "[ 1 2 ]", "By number, from 1."),
                option(
                        "default_apps",
                        listOf(TEXT),
                        "[ ]",
                        "[ \"firefox-work\" \"terminal\" ]",
                        "Applications or machines that are started with the domain."),
                option("exclusive", FLAG, "false", "true", "The devices reach nothing else."),
                option(
                        "direct_input",
                        FLAG,
                        "false",
                        "true",
                        "Events go to the machine unchanged: no key filters, no vim."));
    }

    private static List<Option> user() {
        return List.of(
                option("description", TEXT, "\"Dad\"", "The person's name."),
                option("shell", TEXT, "\"zsh\"", "The login shell."),
                option("groups", listOf(TEXT), "[ ]", "[ \"audio\" ]", "Further groups."),
                option(
                        "packages",
                        listOf(PACKAGE),
                        "[ ]",
                        "[ (firefox.withProfile ./dad-profile) htop ]",
                        "Programs that are built for this user and started by their names."),
                group(
                        "input",
                        "How this user's machines are given input.",
                        option("domain", TEXT, "\"dad\"", "An input domain of `system.input.domains`."),
                        option("vim_everywhere", FLAG, "false", "true", "Vim's modes in every window.")),
                named(
                        "vms",
                        machine(),
                        "{ browser = firefox; }",
                        "The user's machines. A package alone is a machine for it."));
    }

    private static Group machine() {
        return each(
                "a machine",
                "machines",
                ShortForm.PACKAGE,
                List.of(
                        option("package", PACKAGE, "vlc", "The program that the machine is for."),
                        option(
                                "base",
                                TEXT,
                                "\"debian-12\"",
                                "A base of `templates/bases` that a machine for many programs starts from."),
                        option(
                                "packages",
                                listOf(oneOf(PACKAGE, TEXT)),
                                "[ ]",
                                "[ \"docker\" \"kubectl\" ]",
                                "What is in it besides: packages of the catalogue, or names of the base's own packages."),
                        option(
                                "command",
                                listOf(TEXT),
                                "[ \"vlc\" \"--fullscreen\" ]",
                                "Instead of the package's own."),
                        option(
                                "environment",
                                setOf(TEXT),
                                "{ }",
                                "{ EDITOR = \"nano\"; }",
                                "Added to the machine's environment."),
                        option(
                                "autostart",
                                FLAG,
                                "false",
                                "true",
                                "Started with the system, and again after a switch."),
                        option(
                                "restart",
                                choice("never", "on-failure", "always"),
                                "\"never\"",
                                "\"on-failure\"",
                                "What happens when the program ends."),
                        option(
                                "memory",
                                oneOf(Forms.SIZE, new Whole(16, 1 << 20)),
                                "\"2G\"",
                                "How much; an integer counts MiB."),
                        option("cpus", new Whole(1, 255), "4", "How many processors it sees."),
                        option(
                                "cpu_pinning",
                                listOf(new Whole(0, 4095)),
                                "[ ]",
                                "[ 4 5 6 7 ]",
                                "Processors of the host for those of the machine, in turn."),
                        option(
                                "hugepages",
                                FLAG,
                                "true",
                                "Its memory is pages of 2 MiB that the host has reserved; it is booted, not restored."),
                        option(
                                "trust_domain",
                                Forms.DOMAIN,
                                "\"work\"",
                                "With `system.memory.dedup`: machines of the same domain may share pages, and learn from that what"
                                        + " is in them."),
                        machineLimits(),
                        option(
                                "kernel",
                                new OptionType.OrNull(kernel()),
                                "null",
                                "kernel.override { preempt = \"full\"; }",
                                "A kernel of its own."),
                        option(
                                "gpu_passthrough",
                                Forms.DEVICE_PATH,
                                "\"/dev/dri/card1\"",
                                "The graphics card that is given to it."),
                        option(
                                "devices",
                                listOf(Forms.DEVICE_PATH),
                                "[ ]",
                                "[ \"/dev/snd\" ]",
                                "Devices of the host that it gets."),
                        option(
                                "network",
                                choice("none", "isolated", "user"),
                                "\"isolated\"",
                                "`none`: no network device. `isolated`: a network in which only the machine is. `user`: out through"
                                        + " the host."),
                        option(
                                "ports",
                                listOf(oneOf(PORT, Forms.PORT_FORWARD)),
                                "[ ]",
                                "[ 3000 \"8080:80\" ]",
                                "Ports of the host that lead into it; a number alone is the same on both sides."),
                        option(
                                "mounts",
                                setOf(PATH),
                                "{ }",
                                "{ \"/data\" = ./data; }",
                                "Folders of the host, by where the machine sees them."),
                        option(
                                "secrets",
                                setOf(OptionType.SECRET),
                                "{ }",
                                "{ db-password = \"/etc/sourceos-secrets/db\"; token = ./token.age; }",
                                "What only the machine is to know, by the files it is in: there in `/run/secrets/NAME`, readable"
                                        + " by its program alone. A file outside of the repository, or one in it that is"
                                        + " encrypted with age; read when the machine starts, never evaluated or stored."),
                        option(
                                "clipboard",
                                choice("disabled", "shared"),
                                "\"disabled\"",
                                "Whether it sees the host's."),
                        option("content_filter", FLAG, "false", "true", "Keeps what is not for children away."),
                        machineInput(),
                        group(
                                "output",
                                "Where it is seen.",
                                option("monitor", new Whole(1, 64), "4", "By number, from 1.")),
                        group(
                                "health",
                                "When it counts as running after a switch; otherwise the switch is undone.",
                                option("port", PORT, "8080", "A port of the machine that has to answer."),
                                option(
                                        "command",
                                        listOf(TEXT),
                                        "[ \"curl\" \"localhost\" ]",
                                        "A command in it that has to succeed."),
                                option("timeout", Forms.DURATION, "\"30s\"", "\"2m\"", "How long it may take."))));
    }

    private static Option machineLimits() {
        Whole weight = new Whole(1, 10_000);
        OptionType size = oneOf(Forms.SIZE, new Whole(1, 1 << 20));
        return group(
                "limits",
                "What it may take of the host: control groups of version 2. See limits.md.",
                option(
                        "memory_max",
                        size,
                        "\"768M\"",
                        "Of memory, QEMU's own included; beyond it the machine is ended."),
                option(
                        "memory_high",
                        size,
                        "\"640M\"",
                        "Beyond it the machine is slowed down and its memory reclaimed."),
                option("cpu_weight", weight, "50", "Its part of busy processors against others, which have 100."),
                option("cpu_quota", new Whole(1, 1_000_000), "150", "At most so many percent of one processor."),
                option("pids", new Whole(1, 1_000_000), "64", "Threads and processes of its QEMU on the host."),
                option("io_weight", weight, "50", "Its part of busy disks against others, which have 100."),
                option("io_read", size, "\"20M\"", "Read from the disks at most, in a second."),
                option("io_write", size, "\"10M\"", "Written to them at most, in a second."),
                option("required", FLAG, "true", "Where the host cannot keep all of these, it does not start."));
    }

    private static Option machineInput() {
        return group(
                "input",
                "What is typed into it.",
                option("inherit", FLAG, "false", "true", "It has its user's input domain."),
                option("domain", TEXT, "\"dad\"", "The input domain that reaches it."),
                option("domains", listOf(TEXT), "[ ]", "[ \"dad\" \"mom\" ]", "The input domains that reach it."),
                option(
                        "devices",
                        listOf(Forms.INPUT_DEVICE),
                        "[ ]",
                        "[ \"gaming-keyboard\" ]",
                        "Devices that are its own."),
                option("exclusive", FLAG, "false", "true", "The devices reach nothing else."),
                option("raw_mode", FLAG, "false", "true", "Events are passed on unchanged."),
                option(
                        "vim_mode",
                        choice("disabled", "optional", "enabled"),
                        "\"enabled\"",
                        "Vim's modes in its windows."));
    }

    private static Option cache() {
        return group(
                "cache",
                "Where what others have built is looked for.",
                option(
                        "remote",
                        listOf(TEXT),
                        "[ ]",
                        "[ \"https://company-cache.local\" ]",
                        "Asked in this order; one that does not answer is passed over."));
    }

    private static Option sharing() {
        return group(
                "sharing",
                "What is given to others.",
                option("upload_popular", FLAG, "false", "true", "Whether what was built here is uploaded."),
                option(
                        "min_uses_before_share",
                        new Whole(1, 1000),
                        "3",
                        "5",
                        "How often it must have been used first."));
    }
}
