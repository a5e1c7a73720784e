package org.sourceos.rebuild.system;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sourceos.config.options.ConfigValue;
import org.sourceos.config.recipe.PackageSpec;
import org.sourceos.gitstore.generation.DesktopEntry;

/**
 * A program that a configuration wants.
 *
 * @param name what it is started by
 * @param user whose it is; empty for everybody's
 * @param packageName its recipe
 * @param settings what is set of the package's options, as canonical JSON
 * @param given the settings as the build and the program are given them
 * @param machine what is said of its machine, where it is one of the configuration's machines
 * @param desktop how menus show it, as its recipe says
 */
public record WantedProgram(
        String name,
        Optional<String> user,
        String packageName,
        String settings,
        PackageSettings given,
        Optional<WantedMachine> machine,
        Optional<DesktopEntry> desktop) {
    private static final Comparator<WantedProgram> ORDER =
            Comparator.comparing(WantedProgram::name).thenComparing(program -> program.user.orElse(""));

    /**
     * Those of {@code system.applications} (by the names they have there), of each user's {@code packages} (by the packages'
     * own names), and of the machines that are for one package (by the machines' names): the system's, the shared ones, each
     * user's. Sorted by name, then by user.
     */
    public static List<WantedProgram> of(ConfigValue.Fields configuration) {
        List<WantedProgram> programs = new ArrayList<>();
        ConfigValue.Fields system = configuration.in("system");
        boolean merged =
                system.in("memory").text("dedup").filter("domain"::equals).isPresent();
        named(system.in("applications").values(), Optional.empty(), programs);
        machines(configuration.in("vms").values(), Optional.empty(), merged, programs);
        machines(configuration.in("shared").in("vms").values(), Optional.empty(), merged, programs);
        configuration.in("users").values().forEach((user, value) -> {
            if (value instanceof ConfigValue.Fields fields) {
                Optional<String> owner = Optional.of(user);
                if (fields.values().get("packages") instanceof ConfigValue.Elements packages) {
                    Map<String, ConfigValue> byName = new TreeMap<>();
                    packages.values().stream()
                            .filter(ConfigValue.Package.class::isInstance)
                            .forEach(item -> byName.put(((ConfigValue.Package) item).name(), item));
                    named(byName, owner, programs);
                }
                machines(fields.in("vms").values(), owner, merged, programs);
            }
        });
        return programs.stream().sorted(ORDER).distinct().toList();
    }

    private static void named(Map<String, ConfigValue> set, Optional<String> user, List<WantedProgram> into) {
        set.forEach((name, value) -> {
            if (value instanceof ConfigValue.Package packaged) {
                into.add(of(name, user, packaged, Optional.empty()));
            }
        });
    }

    private static void machines(
            Map<String, ConfigValue> machines, Optional<String> user, boolean merged, List<WantedProgram> into) {
        machines.forEach((name, machine) -> {
            if (machine instanceof ConfigValue.Fields fields
                    && fields.values().get("package") instanceof ConfigValue.Package packaged) {
                into.add(of(name, user, packaged, Optional.of(WantedMachine.of(fields, merged))));
            }
        });
    }

    private static WantedProgram of(
            String name, Optional<String> user, ConfigValue.Package packaged, Optional<WantedMachine> machine) {
        return new WantedProgram(
                name,
                user,
                packaged.name(),
                packaged.settings().json(),
                PackageSettings.of(packaged.name(), packaged.settings()),
                machine,
                Optional.empty());
    }

    /** The same, as its recipe wants menus to show it. */
    public WantedProgram shownAs(Optional<PackageSpec.DesktopSpec> shown) {
        return new WantedProgram(
                name,
                user,
                packageName,
                settings,
                given,
                machine,
                shown.map(as -> new DesktopEntry(
                        name.equals(packageName) ? as.name() : as.name() + " (" + name + ")",
                        as.comment(),
                        as.icon(),
                        as.categories(),
                        as.mime(),
                        as.terminal())));
    }
}
