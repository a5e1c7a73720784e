package org.sourceos.config.recipe;

import static org.sourceos.config.toml.Key.REQUIRED;

import java.util.List;
import org.sourceos.config.toml.Key;
import org.sourceos.config.toml.KeyType;
import org.sourceos.config.toml.TableSchema;

/** All keys of a recipe: what the parser accepts and docs/recipes.md describes. */
final class RecipeKeys {
    static final int RUNTIME_MEMORY_MIB = 128;
    static final int RUNTIME_CPUS = 1;
    static final int BUILD_TIMEOUT_MINUTES = 120;

    /** No limit of the recipe's own. */
    static final int BUILD_MEMORY_MIB = 0;

    /** More than the limit of a build's log lets any build print. */
    static final int MOST_OUTPUT_LINES = 10_000_000;

    static final int OUTPUT_LINES_UNKNOWN = 0;

    static final List<String> KINDS = List.of("package", "kernel");
    static final List<String> SYSTEMS = List.of("script", "debian");
    static final List<String> FILESYSTEMS = List.of("overlayfs", "readonly");
    static final List<String> NETWORKS = List.of("none", "user");
    static final List<String> FILES = List.of("none", "arguments", "directory");
    static final List<String> CHECKPOINTS = List.of("none", "ready");
    static final int READY_IDLE_MILLIS = 200;
    static final List<String> VIM_MODES = List.of("disabled", "optional", "enabled");
    static final List<String> CLIPBOARDS = List.of("disabled", "shared");

    static final TableSchema PACKAGE = new TableSchema(
            "[package]",
            "What the program is and where its source comes from.",
            List.of(
                    new Key(
                            "name",
                            KeyType.STRING,
                            REQUIRED,
                            "\"hello\"",
                            "Letters, digits and `+ - . _`, beginning with a letter or digit. The file is called"
                                    + " `NAME.source.toml`."),
                    new Key(
                            "version",
                            KeyType.STRING,
                            "told by a `debian:` source, required otherwise",
                            "\"2.12\"",
                            "Upstream's version. Letters, digits and `. + - ~ _`."),
                    new Key(
                            "source",
                            KeyType.STRING,
                            REQUIRED,
                            "\"https://ftp.gnu.org/gnu/hello/hello-{version}.tar.gz\"",
                            "One of `https://…` (an archive or a single file), `debian:NAME` or `debian:NAME=VERSION` (a"
                                    + " Debian source package), `git+https://…#REVISION` (also `git+ssh://…`; a tag, branch"
                                    + " or commit) and `path:…` (a file or folder below the recipe's own). `{version}` stands"
                                    + " for the version. `http://…` needs `sha256`. What is fetched first is pinned in"
                                    + " `sourceos.lock`."),
                    new Key(
                            "sha256",
                            KeyType.STRING,
                            "the pin in `sourceos.lock`",
                            "\"0123…cdef\"",
                            "The SHA-256 of the source, 64 hexadecimal digits: of the file; of the `.dsc` for `debian:`; of the"
                                    + " canonical listing for git and paths."),
                    new Key("description", KeyType.STRING, "none", "\"Says hello\"", "One line for lists."),
                    new Key(
                            "homepage",
                            KeyType.STRING,
                            "none",
                            "\"https://www.gnu.org/software/hello/\"",
                            "An address."),
                    new Key("license", KeyType.STRING, "none", "\"GPL-3.0-or-later\"", "An SPDX expression.")));

    static final TableSchema BUILD = new TableSchema(
            "[build]",
            "How the program is made. Scripts are run by `sh -e` in the sandbox, without network.",
            List.of(
                    new Key(
                            "script",
                            KeyType.STRING,
                            "required unless `install` is given, `system` is `debian` or `kind` is `kernel`",
                            "'''\nmake -j$(nproc)\n'''",
                            "Builds."),
                    new Key(
                            "install",
                            KeyType.STRING,
                            "`make install DESTDIR=\"$DESTDIR\"`",
                            "'make install-strip DESTDIR=\"$DESTDIR\"'",
                            "Installs below `$DESTDIR`."),
                    new Key(
                            "system",
                            KeyType.STRING,
                            "`\"script\"`",
                            "\"debian\"",
                            "`\"script\"`, or `\"debian\"`: Debian's own rules (`debian/rules`) make binary packages of a `debian:`"
                                    + " source, and what is in those of `binaries` is what is installed. `script` is run before,"
                                    + " `install` after that. The packages' own tests and documentation are left out"
                                    + " (`nocheck`, `nodoc`)."),
                    new Key(
                            "binaries",
                            KeyType.STRING_SET,
                            "`[NAME]`",
                            "[\"sqlite3\", \"libsqlite3-0\"]",
                            "With `system = \"debian\"`: the binary packages whose contents are installed."),
                    new Key(
                            "patches",
                            KeyType.STRING_SET,
                            "`[]`",
                            "[\"fix-build.patch\"]",
                            "Files below the recipe's folder, applied in order with `patch -p1`."),
                    new Key(
                            "depends",
                            KeyType.STRING_SET,
                            "`[]`",
                            "[\"debian:pkg-config\", \"zlib\"]",
                            "What only the build needs: names of recipes, or `debian:NAME` for a binary package of the base's"
                                    + " suite."),
                    new Key(
                            "environment",
                            KeyType.STRING_TABLE,
                            "`{}`",
                            "{ CFLAGS = \"-O2\" }",
                            "Added to the build's environment."),
                    new Key(
                            "directory",
                            KeyType.STRING,
                            "found out: the archive's only folder",
                            "\"hello-2.12/src\"",
                            "The folder of the unpacked source in which the scripts are run."),
                    new Key(
                            "base",
                            KeyType.STRING,
                            "the host's own release",
                            "\"debian-12\"",
                            "The build environment, a folder of `templates/bases`."),
                    new Key(
                            "timeout",
                            KeyType.DURATION,
                            "`\"2h\"`",
                            "\"30m\"",
                            "After this the build is ended. At most a week (`\"7d\"`)."),
                    new Key(
                            "memory",
                            KeyType.MEMORY,
                            "`0`, no limit of its own",
                            "\"4G\"",
                            "Above this the build is ended."),
                    new Key(
                            "output_lines",
                            KeyType.INTEGER,
                            "what the last build here printed, if there was one",
                            "759",
                            "About how many lines the build prints, by which is told how far it is and how long it still takes."
                                    + " To be counted in the log of a build (`logs/` of the state folder), on however many"
                                    + " processors. Once there was a build here, what that printed counts instead. Changes"
                                    + " nothing that is built."),
                    new Key(
                            "output_prefix",
                            KeyType.STRING,
                            "every line counts",
                            "\"  CC \"",
                            "What a line begins with that counts for `output_lines`: of a build that prints much and quickly before"
                                    + " it begins to work, that which is work. Changes nothing that is built."),
                    new Key(
                            "kind",
                            KeyType.STRING,
                            "`\"package\"`",
                            "\"kernel\"",
                            "`\"package\"`, or `\"kernel\"` for the recipe of a kernel, which is built from its configuration and"
                                    + " needs no script.")));

    static final TableSchema CHECK = new TableSchema(
            "[check]",
            "Tests of the program's own.",
            List.of(new Key(
                    "script",
                    KeyType.STRING,
                    REQUIRED,
                    "'make check'",
                    "Run between building and installing; when it fails, so does the build.")));

    static final TableSchema RUNTIME = new TableSchema(
            "[runtime]",
            "The machine the program runs in, and what is in it.",
            List.of(
                    new Key(
                            "kernel_features",
                            KeyType.STRING_SET,
                            "`[]`",
                            "[\"NET\", \"SND\", \"DRM\"]",
                            "What the kernel can do beyond the minimum: names of `templates/kernel/features`, in capitals."
                                    + " Programs that ask for the same share one kernel."),
                    new Key(
                            "devices",
                            KeyType.STRING_SET,
                            "`[]`",
                            "[\"/dev/dri\", \"/dev/snd\"]",
                            "Devices of the host, paths below `/dev`."),
                    new Key(
                            "filesystem",
                            KeyType.STRING,
                            "`\"overlayfs\"`",
                            "\"readonly\"",
                            "`\"overlayfs\"`: the program may write everywhere, and what it wrote is gone when it ends."
                                    + " `\"readonly\"`: only `/tmp`, `/run` and the like can be written."),
                    new Key(
                            "network",
                            KeyType.STRING,
                            "`\"none\"`",
                            "\"user\"",
                            "`\"none\"`, or `\"user\"`: connections go out through the host as the user's own."),
                    new Key(
                            "command",
                            KeyType.STRINGS,
                            "`[NAME]`",
                            "[\"busybox\", \"sh\"]",
                            "The program and its first arguments; those of the command line follow."),
                    new Key(
                            "environment",
                            KeyType.STRING_TABLE,
                            "`{}`",
                            "{ LESS = \"-R\" }",
                            "Added to the machine's environment."),
                    new Key(
                            "memory",
                            KeyType.MEMORY,
                            "`\"" + RUNTIME_MEMORY_MIB + "M\"`",
                            "\"512M\"",
                            "The machine's memory, `\"32M\"` to `\"1024G\"`. What the program writes to an overlay is in it too."),
                    new Key(
                            "cpus",
                            KeyType.INTEGER,
                            "`" + RUNTIME_CPUS + "`",
                            "2",
                            "How many processors it sees, 1 to 255."),
                    new Key(
                            "include",
                            KeyType.STRING_SET,
                            "`[]`",
                            "[\"/usr/lib/lua/**\"]",
                            "Globs of further files it needs when it runs, from its own files, its dependencies or the base:"
                                    + " plug-ins that are opened by name, data. `*` stays within a folder, `**` does not."),
                    new Key(
                            "exclude",
                            KeyType.STRING_SET,
                            "`[]`",
                            "[\"/usr/share/doc/**\"]",
                            "Globs of files of its own that it does not need when it runs."),
                    new Key(
                            "locales",
                            KeyType.STRING_SET,
                            "`[]`",
                            "[\"de_DE.UTF-8\"]",
                            "Translations and locale definitions to keep."),
                    new Key(
                            "terminfo",
                            KeyType.STRING_SET,
                            "`[]`",
                            "[\"xterm-256color\", \"linux\"]",
                            "Terminal descriptions to keep."),
                    new Key(
                            "certificates",
                            KeyType.BOOLEAN,
                            "`false`",
                            "true",
                            "Whether it gets the base's CA certificates."),
                    new Key(
                            "files",
                            KeyType.STRING,
                            "`\"none\"`",
                            "\"arguments\"",
                            "Which files of the host it is given: `\"none\"`; `\"arguments\"`, those its arguments name, with"
                                    + " their folders; `\"directory\"`, the working directory."),
                    new Key(
                            "checkpoint",
                            KeyType.STRING,
                            "`\"none\"`",
                            "\"ready\"",
                            "`\"ready\"`: the program is started once, saved when it is ready, and launches without arguments"
                                    + " of their own go on from there. What it has drawn of random numbers by then is the same"
                                    + " in all of them: not for programs that make keys or tokens at their start. See"
                                    + " [templates.md](templates.md)."),
                    new Key(
                            "ready",
                            KeyType.TABLE,
                            "`{ idle = \"200ms\" }`",
                            "{ output = \"> \" }",
                            "When it is ready; one of the keys below. Only with `checkpoint = \"ready\"`.")));

    static final TableSchema READY = new TableSchema(
            "[runtime] ready",
            "When the program has started. A rule that holds too early costs time and nothing else: the program goes on from"
                    + " wherever it was saved.",
            List.of(
                    new Key("output", KeyType.STRING, "none", "\"> \"", "Its output has this text in it."),
                    new Key(
                            "port",
                            KeyType.INTEGER,
                            "none",
                            "8080",
                            "Something in its machine listens at this TCP port."),
                    new Key(
                            "idle",
                            KeyType.STRING,
                            "`\"200ms\"`",
                            "\"1s\"",
                            "For so long it has said nothing and nothing in its machine has run: it waits for input. `\"50ms\"`"
                                    + " to `\"60s\"`.")));

    static final TableSchema LIMITS = new TableSchema(
            "[limits]",
            "What the machine may take of the host. A configuration's machine and the command line can say otherwise; see"
                    + " [limits.md](limits.md).",
            List.of(
                    new Key(
                            "memory_max",
                            KeyType.MEMORY,
                            "none",
                            "\"768M\"",
                            "Of the host's memory, QEMU's own included: beyond it the machine is ended."),
                    new Key(
                            "memory_high",
                            KeyType.MEMORY,
                            "none",
                            "\"640M\"",
                            "Beyond it the machine is slowed down and its memory reclaimed."),
                    new Key(
                            "cpu_weight",
                            KeyType.INTEGER,
                            "`100`",
                            "50",
                            "Its part of busy processors against other machines', 1 to 10000."),
                    new Key(
                            "cpu_quota",
                            KeyType.INTEGER,
                            "none",
                            "150",
                            "At most so many percent of one processor; `150` is one and a half."),
                    new Key("pids", KeyType.INTEGER, "none", "64", "Threads and processes of its QEMU on the host."),
                    new Key("io_weight", KeyType.INTEGER, "`100`", "50", "Its part of busy disks, 1 to 10000."),
                    new Key("io_read", KeyType.MEMORY, "none", "\"20M\"", "Read from the disks at most, in a second."),
                    new Key("io_write", KeyType.MEMORY, "none", "\"10M\"", "Written to them at most, in a second."),
                    new Key(
                            "required",
                            KeyType.BOOLEAN,
                            "`false`",
                            "true",
                            "Where the host cannot keep all of these, the machine does not start; otherwise that is told."),
                    new Key(
                            "cpu_pinning",
                            KeyType.STRING,
                            "none",
                            "\"4-7\"",
                            "Processors of the host for those of the machine, in turn: numbers and ranges with commas between"
                                    + " them."),
                    new Key(
                            "hugepages",
                            KeyType.BOOLEAN,
                            "`false`",
                            "true",
                            "Its memory is pages of 2 MiB that the host has reserved (`vm.nr_hugepages`). Such a machine is"
                                    + " booted, not restored.")));

    static final TableSchema KERNEL = new TableSchema(
            "[kernel]",
            "How the machine's kernel differs from the others'. Each combination is a kernel of its own, built once; it is"
                    + " checked against Kconfig as the fragments are.",
            List.of(
                    new Key(
                            "preempt",
                            KeyType.STRING,
                            "`\"none\"`",
                            "\"full\"",
                            "`\"none\"`, `\"voluntary\"` or `\"full\"`: how readily it interrupts itself."),
                    new Key(
                            "timer_hz",
                            KeyType.INTEGER,
                            "`100`",
                            "1000",
                            "How often its clock ticks in a second: 100, 250, 300 or 1000."),
                    new Key(
                            "no_debug",
                            KeyType.BOOLEAN,
                            "`false`",
                            "true",
                            "Leaves out what only helps to find mistakes in the kernel.")));

    static final TableSchema DEPENDENCY = new TableSchema(
            "[dependencies.NAME]",
            "The long form of a dependency.",
            List.of(
                    new Key(
                            "version",
                            KeyType.STRING,
                            "`\"*\"`",
                            "\"3.24\"",
                            "`\"3.24\"` matches 3.24 and 3.24.x, `\"*\"` everything, `\">=1.2, <2\"` what all its comparisons"
                                    + " (`>= <= > < = !=`) allow."),
                    new Key(
                            "features",
                            KeyType.STRING_SET,
                            "`[]`",
                            "[\"wayland\"]",
                            "Features of that recipe which this one needs.")));

    static final TableSchema FEATURE = new TableSchema(
            "[features.NAME]",
            "Something the recipe can be asked for. Scripts see `FEATURE_<NAME>=1` (in capitals, `-` as `_`) and all names in"
                    + " `FEATURES`.",
            List.of(
                    new Key("description", KeyType.STRING, "none", "\"Speaks Wayland\"", "One line for lists."),
                    new Key("default", KeyType.BOOLEAN, "`false`", "true", "On unless asked otherwise."),
                    new Key(
                            "depends",
                            KeyType.STRING_SET,
                            "`[]`",
                            "[\"debian:libwayland-dev\"]",
                            "As in `[build]`, only with the feature."),
                    new Key(
                            "dependencies",
                            KeyType.TABLE,
                            "`{}`",
                            "{ wayland = \"1.21\" }",
                            "As `[dependencies]`, only with the feature."),
                    new Key(
                            "kernel_features",
                            KeyType.STRING_SET,
                            "`[]`",
                            "[\"DRM\"]",
                            "As in `[runtime]`, only with the feature.")));

    static final TableSchema OPTION = new TableSchema(
            "[options.NAME]",
            "Something a configuration can set: `NAME.override { option = …; }`. A type alone (`profile = \"path or string\"`) is"
                    + " the short form. Texts, numbers, booleans, paths (where what they name is found), packages (their names) and"
                    + " lists of these (an element a line) reach the build's scripts and the program as `OPTION_NAME`.",
            List.of(
                    new Key(
                            "type",
                            KeyType.STRING,
                            REQUIRED,
                            "\"list of packages\"",
                            "`string`, `path`, `bool`, `int`, `number`, `package` or `any`; `list of strings` and the like;"
                                    + " several with `or` between them."),
                    new Key(
                            "description",
                            KeyType.STRING,
                            "none",
                            "\"Where it keeps its settings\"",
                            "One line for lists."),
                    new Key(
                            "choices",
                            KeyType.STRING_SET,
                            "`[]`, any value of the type",
                            "[\"light\", \"dark\"]",
                            "Of a `string`: the values it can have.")));

    static final TableSchema INTEGRATION = new TableSchema(
            "[integration]",
            "How the program takes part in the desktop.",
            List.of(
                    new Key(
                            "input_router",
                            KeyType.BOOLEAN,
                            "`false`",
                            "true",
                            "Whether keyboards and mice reach it through the input router."),
                    new Key(
                            "vim_mode",
                            KeyType.STRING,
                            "`\"optional\"`",
                            "\"enabled\"",
                            "`\"disabled\"`, `\"optional\"` (when `run --vim-mode` asks for it) or `\"enabled\"`."),
                    new Key(
                            "clipboard",
                            KeyType.STRING,
                            "`\"disabled\"`",
                            "\"shared\"",
                            "`\"disabled\"`, or `\"shared\"` with the host's.")));

    static final TableSchema DESKTOP = new TableSchema(
            "[desktop]",
            "How menus of desktops show the program (Desktop Entry Specification). Without it they do not. Changes nothing that"
                    + " is built.",
            List.of(
                    new Key("name", KeyType.STRING, REQUIRED, "\"Firefox\"", "What people know it by."),
                    new Key(
                            "comment",
                            KeyType.STRING,
                            "none",
                            "\"Browse the web\"",
                            "One line that says what it does."),
                    new Key(
                            "icon",
                            KeyType.STRING,
                            "none",
                            "\"firefox\"",
                            "The name of an icon of the desktop's theme, or the absolute path of a picture of the host."),
                    new Key(
                            "categories",
                            KeyType.STRING_SET,
                            "`[]`",
                            "[\"Network\", \"WebBrowser\"]",
                            "Where menus have it: categories of the Desktop Menu Specification."),
                    new Key("mime", KeyType.STRING_SET, "`[]`", "[\"text/html\"]", "The types of files that it opens."),
                    new Key(
                            "terminal",
                            KeyType.BOOLEAN,
                            "`false`",
                            "true",
                            "Whether it is a program for a terminal, and gets a window of one.")));

    static final TableSchema ROOT = new TableSchema(
            "a recipe",
            "",
            List.of(
                    new Key("package", KeyType.TABLE, REQUIRED, "", ""),
                    new Key("build", KeyType.TABLE, "", "", ""),
                    new Key("check", KeyType.TABLE, "", "", ""),
                    new Key("runtime", KeyType.TABLE, "", "", ""),
                    new Key("limits", KeyType.TABLE, "", "", ""),
                    new Key("kernel", KeyType.TABLE, "", "", ""),
                    new Key("dependencies", KeyType.TABLE, "", "", ""),
                    new Key("features", KeyType.TABLE, "", "", ""),
                    new Key("options", KeyType.TABLE, "", "", ""),
                    new Key("integration", KeyType.TABLE, "", "", ""),
                    new Key("desktop", KeyType.TABLE, "", "", "")));

    /** In the order in which a misplaced key's home is looked for. */
    static final List<TableSchema> TABLES = List.of(PACKAGE, BUILD, RUNTIME, LIMITS, KERNEL, INTEGRATION);

    private RecipeKeys() {}
}
