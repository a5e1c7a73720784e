package org.sourceos.importer.scope;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sourceos.importer.root.RootedFiles;

/** Who is known to the imported system, by its {@code /etc/passwd} and the like; lines that are none are left out. */
record Accounts(List<User> users, List<Group> groups) {
    record User(String name, int uid, int gid, String description, String home, String shell) {}

    record Group(String name, int gid, List<String> members) {
        Group {
            members = List.copyOf(members);
        }
    }

    Accounts {
        users = List.copyOf(users);
        groups = List.copyOf(groups);
    }

    static Accounts read(RootedFiles files) {
        List<User> users = new ArrayList<>();
        for (String line : files.lines("/etc/passwd")) {
            String[] fields = line.split(":", -1);
            if (fields.length == 7 && isName(fields[0]) && isNumber(fields[2]) && isNumber(fields[3])) {
                users.add(new User(
                        fields[0],
                        Integer.parseInt(fields[2]),
                        Integer.parseInt(fields[3]),
                        fields[4].split(",", -1)[0],
                        fields[5],
                        fields[6]));
            }
        }
        List<Group> groups = new ArrayList<>();
        for (String line : files.lines("/etc/group")) {
            String[] fields = line.split(":", -1);
            if (fields.length == 4 && isName(fields[0]) && isNumber(fields[2])) {
                groups.add(new Group(
                        fields[0],
                        Integer.parseInt(fields[2]),
                        fields[3].isBlank() ? List.of() : List.of(fields[3].split(","))));
            }
        }
        return new Accounts(users, groups);
    }

    private static boolean isName(String text) {
        return text.matches("[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}\\$?");
    }

    private static boolean isNumber(String text) {
        return text.matches("[0-9]{1,9}");
    }

    String user(int uid) {
        return users.stream()
                .filter(user -> user.uid() == uid)
                .map(User::name)
                .findFirst()
                .orElse(String.valueOf(uid));
    }

    String group(int gid) {
        return groups.stream()
                .filter(group -> group.gid() == gid)
                .map(Group::name)
                .findFirst()
                .orElse(String.valueOf(gid));
    }

    /** Names of the groups each user is a further member of. */
    Map<String, List<String>> memberships() {
        Map<String, List<String>> all = new TreeMap<>();
        for (Group group : groups) {
            for (String member : group.members()) {
                all.computeIfAbsent(member, name -> new ArrayList<>()).add(group.name());
            }
        }
        all.values().forEach(names -> names.sort(null));
        return all;
    }
}
