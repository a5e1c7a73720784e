package org.sourceos.rebuild.debian;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.config.debian.SourceEntry;
import org.sourceos.config.options.ConfigValue;

/** Writes what a configuration says of a Debian system as {@link Lists}. Packages are not among them. */
final class Description {
    private final ConfigValue.Fields system;
    private final ConfigValue.Fields debian;
    private final ConfigValue.Fields users;
    private final Path folder;
    private final Lists lists;
    private final List<String> differences;

    /**
     * @param folder the configuration's, which paths of files are relative to
     * @param differences is told of what cannot be as it is described
     */
    Description(ConfigValue.Fields configuration, Path folder, Lists lists, List<String> differences) {
        this.system = configuration.in("system");
        this.debian = system.in("debian");
        this.users = configuration.in("users");
        this.folder = folder;
        this.lists = lists;
        this.differences = differences;
    }

    void write() throws IOException {
        groups();
        accounts();
        packagesState();
        files();
        locale();
        fileSystems();
        kernel();
        repositories();
        others();
        lists.write();
    }

    private void others() {
        ConfigValue.Fields others = debian.in("others");
        for (String manager : others.values().keySet()) {
            List<String> names = others.texts(manager);
            if (!names.isEmpty()) {
                differences.add(String.join(", ", names) + ": install with " + manager);
            }
        }
    }

    private void groups() {
        ConfigValue.Fields groups = debian.in("groups");
        for (String name : groups.values().keySet()) {
            ConfigValue.Fields group = groups.in(name);
            lists.add("groups", name, number(group, "gid", ""));
            group.texts("members").forEach(member -> lists.add("members", member, name));
        }
    }

    private void accounts() {
        ConfigValue.Fields accounts = debian.in("accounts");
        for (String name : accounts.values().keySet()) {
            ConfigValue.Fields account = accounts.in(name);
            ConfigValue.Fields user = users.in(name);
            lists.add(
                    "accounts",
                    name,
                    number(account, "uid", ""),
                    number(account, "gid", ""),
                    account.text("home").orElse(""),
                    shell(user.text("shell").orElse("bash")),
                    user.text("description").orElse(""));
        }
        for (String name : users.values().keySet()) {
            ConfigValue.Fields user = users.in(name);
            if (!accounts.values().containsKey(name)) {
                user.text("shell").ifPresent(shell -> lists.add("shells", name, shell(shell)));
            }
            user.texts("groups").forEach(group -> lists.add("members", name, group));
        }
    }

    private static String shell(String name) {
        return name.contains("/") ? name : "/bin/" + name;
    }

    private void packagesState() {
        ConfigValue.Fields packages = debian.in("packages");
        for (String name : packages.values().keySet()) {
            lists.add("chosen", name);
            if (packages.in(name).flag("hold")) {
                lists.add("holds", name);
            }
        }
        ConfigValue.Fields diversions = debian.in("diversions");
        for (String path : diversions.values().keySet()) {
            ConfigValue.Fields diversion = diversions.in(path);
            lists.add(
                    "diversions",
                    path,
                    diversion.text("to").orElse(path + ".distrib"),
                    diversion.text("package").orElse(""));
        }
        ConfigValue.Fields permissions = debian.in("permissions");
        for (String path : permissions.values().keySet()) {
            ConfigValue.Fields of = permissions.in(path);
            lists.add(
                    "permissions",
                    path,
                    of.text("owner").orElse("root"),
                    of.text("group").orElse("root"),
                    of.text("mode").orElse("0755"));
        }
        pairs(debian, "alternatives").forEach((name, path) -> lists.add("alternatives", name, path));
        ConfigValue.Fields services = debian.in("services");
        services.texts("enabled").forEach(unit -> lists.add("units", "enable", unit));
        services.texts("disabled").forEach(unit -> lists.add("units", "disable", unit));
        services.texts("masked").forEach(unit -> lists.add("units", "mask", unit));
    }

    private void files() throws IOException {
        ConfigValue.Fields files = debian.in("files");
        for (String path : files.values().keySet()) {
            ConfigValue.Fields file = files.in(path);
            if (file.flag("incomplete")) {
                differences.add(path + ": secrets were taken out of it when it was imported; put it there by hand");
                continue;
            }
            if (!(file.values().get("source") instanceof ConfigValue.FilePath from)) {
                differences.add(path + ": the configuration has no content for it (source)");
                continue;
            }
            Path source = folder.resolve(from.path()).normalize();
            if (!Files.isRegularFile(source)) {
                differences.add(path + ": " + source + ", which it is a copy of, is not there");
                continue;
            }
            lists.file(
                    path,
                    Files.readAllBytes(source),
                    file.text("mode").orElse("0644"),
                    file.text("owner").orElse("root"),
                    file.text("group").orElse("root"));
        }
        pairs(debian, "links").forEach((path, target) -> lists.add("links", path, target));
        debian.texts("removed").forEach(path -> lists.add("removed", path));
    }

    private void locale() throws IOException {
        SortedMap<String, String> variables = pairs(debian, "locale_settings");
        system.text("locale").ifPresent(language -> variables.put("LANG", language));
        assignments("/etc/default/locale", variables);
        assignments("/etc/default/keyboard", pairs(debian, "keyboard"));
        lines("/etc/locale.gen", debian.texts("locales"));
        if (system.text("timezone").isPresent()) {
            String zone = system.text("timezone").get();
            lists.add("links", "/etc/localtime", "/usr/share/zoneinfo/" + zone);
            lists.file("/etc/timezone", zone + "\n");
        }
        boolean kept = debian.in("files").values().containsKey("/etc/hostname");
        if (system.text("hostname").isPresent() && !kept) {
            lists.file("/etc/hostname", system.text("hostname").get() + "\n");
        }
    }

    /** As a shell reads them. */
    private void assignments(String path, SortedMap<String, String> variables) throws IOException {
        List<String> lines = new ArrayList<>();
        variables.forEach((name, value) -> {
            if (value.matches("[^\"$`\\\\]*")) {
                lines.add(name + "=\"" + value + "\"");
            } else {
                differences.add(path + ": the value of " + name + " has characters that mean something to a shell");
            }
        });
        lines(path, lines);
    }

    private void lines(String path, List<String> lines) throws IOException {
        if (!lines.isEmpty()) {
            lists.file(path, String.join("\n", lines) + "\n");
        }
    }

    private void fileSystems() throws IOException {
        ConfigValue.Fields mounts = debian.in("mounts");
        List<String> lines = new ArrayList<>();
        for (String name : mounts.values().keySet()) {
            ConfigValue.Fields mount = mounts.in(name);
            List<String> options = mount.texts("options");
            lines.add(String.join(
                    " ",
                    mount.text("device").orElse("none"),
                    name.startsWith("/") ? name : "none",
                    mount.text("type").orElse("auto"),
                    options.isEmpty() ? "defaults" : String.join(",", options),
                    number(mount, "dump", "0"),
                    number(mount, "pass", "0")));
        }
        lines("/etc/fstab", lines);
    }

    private void kernel() throws IOException {
        lines("/etc/modules-load.d/sourceos.conf", debian.texts("modules"));
        List<String> settings = new ArrayList<>();
        pairs(debian, "sysctl").forEach((name, value) -> settings.add(name + " = " + value));
        lines("/etc/sysctl.d/90-sourceos.conf", settings);
        List<String> parameters = debian.texts("kernel_parameters");
        if (!parameters.isEmpty()) {
            lists.plain("cmdline", String.join(" ", parameters) + "\n");
        }
    }

    /** Each in a file of its own, by its name. */
    private void repositories() throws IOException {
        ConfigValue.Fields repositories = debian.in("repositories");
        for (String name : repositories.values().keySet()) {
            if (!name.matches("[A-Za-z0-9_.-]+")) {
                differences.add("the package source " + name + " has a name that apt does not read; it was left out");
                continue;
            }
            ConfigValue.Fields repository = repositories.in(name);
            SourceEntry entry = new SourceEntry(
                    repository.texts("types"),
                    repository.texts("uris"),
                    repository.texts("suites"),
                    repository.texts("components"),
                    new TreeMap<>(pairs(repository, "options")));
            lists.plain("sources/" + name + ".sources", entry.print());
        }
    }

    /** What is to be answered before packages ask, for {@code debconf-set-selections(1)}. */
    String answers() {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, String> answer : pairs(debian, "answers").entrySet()) {
            String question = answer.getKey();
            if (question.matches("[^\\s/]+/\\S+") && answer.getValue().indexOf('\n') < 0) {
                // The type and the owner are the package's own as soon as its questions are loaded.
                text.append(question, 0, question.indexOf('/'))
                        .append(' ')
                        .append(question)
                        .append(" string ")
                        .append(answer.getValue())
                        .append('\n');
            } else {
                differences.add("the answer to " + question + " cannot be given beforehand");
            }
        }
        return text.toString();
    }

    private static String number(ConfigValue.Fields from, String name, String otherwise) {
        return from.whole(name).isPresent() ? Long.toString(from.whole(name).getAsLong()) : otherwise;
    }

    /** What is named in a set of texts, sorted by name. */
    private static SortedMap<String, String> pairs(ConfigValue.Fields from, String name) {
        ConfigValue.Fields set = from.in(name);
        SortedMap<String, String> pairs = new TreeMap<>();
        set.values().keySet().forEach(key -> set.text(key).ifPresent(text -> pairs.put(key, text)));
        return pairs;
    }
}
