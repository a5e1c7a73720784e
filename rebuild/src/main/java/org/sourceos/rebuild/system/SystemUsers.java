package org.sourceos.rebuild.system;

import java.util.ArrayList;
import java.util.List;
import org.sourceos.config.options.ConfigValue;

/** The people of a configuration, as a machine of it knows them: sorted by name, their numbers from 1000. */
record SystemUsers(List<User> users) {
    private static final int FIRST_ID = 1000;
    private static final int FIRST_GROUP = 900;

    /** @param groups further groups, by name */
    record User(String name, int id, String home, String description, List<String> groups) {}

    SystemUsers {
        users = List.copyOf(users);
    }

    static SystemUsers of(ConfigValue.Fields configuration) {
        List<User> users = new ArrayList<>();
        if (configuration.values().get("users") instanceof ConfigValue.Fields people) {
            people.values().forEach((name, value) -> {
                List<String> groups = new ArrayList<>();
                String description = "";
                if (value instanceof ConfigValue.Fields settings) {
                    if (settings.values().get("groups") instanceof ConfigValue.Elements list) {
                        list.all(ConfigValue.Text.class).forEach(group -> groups.add(group.value()));
                    }
                    if (settings.values().get("description") instanceof ConfigValue.Text text) {
                        description = text.value();
                    }
                }
                users.add(new User(name, FIRST_ID + users.size(), "/home/" + name, description, groups));
            });
        }
        return new SystemUsers(users);
    }

    /** passwd(5); {@code shell} for everybody, because what a configuration names need not be in the machine. */
    String passwd(String shell) {
        StringBuilder text = new StringBuilder("root:x:0:0:root:/root:" + shell + "\n");
        for (User user : users) {
            text.append(user.name())
                    .append(":x:")
                    .append(user.id())
                    .append(':')
                    .append(user.id())
                    .append(':')
                    .append(user.description().replaceAll("[:\n]", " "))
                    .append(':')
                    .append(user.home())
                    .append(':')
                    .append(shell)
                    .append('\n');
        }
        return text.append("nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n")
                .toString();
    }

    /** group(5): one for each user, and those that users are in besides. */
    String group() {
        StringBuilder text = new StringBuilder("root:x:0:\n");
        users.forEach(
                user -> text.append(user.name()).append(":x:").append(user.id()).append(":\n"));
        List<String> further = further();
        for (int i = 0; i < further.size(); i++) {
            String group = further.get(i);
            text.append(group).append(":x:").append(FIRST_GROUP + i).append(':');
            text.append(String.join(
                    ",",
                    users.stream()
                            .filter(user -> user.groups().contains(group))
                            .map(User::name)
                            .toList()));
            text.append('\n');
        }
        return text.append("nogroup:x:65534:\n").toString();
    }

    private List<String> further() {
        return users.stream()
                .flatMap(user -> user.groups().stream())
                .filter(group -> users.stream().noneMatch(user -> user.name().equals(group)))
                .filter(group -> group.matches("[A-Za-z_][A-Za-z0-9_-]*") && !group.equals("root"))
                .distinct()
                .sorted()
                .toList();
    }

    /** The numbers of a user's further groups. */
    List<Integer> groupIds(User user) {
        List<String> further = further();
        return user.groups().stream()
                .filter(further::contains)
                .map(group -> FIRST_GROUP + further.indexOf(group))
                .sorted()
                .toList();
    }
}
