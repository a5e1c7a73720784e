package org.sourceos.importer.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who needs whom, by number; strongly connected components by Tarjan's algorithm without recursion. */
final class NeedGraph {
    private final List<String> names = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<List<Integer>> needs = new ArrayList<>();

    int node(String name) {
        Integer known = numbers.get(name);
        if (known != null) {
            return known;
        }
        numbers.put(name, names.size());
        names.add(name);
        needs.add(new ArrayList<>());
        return names.size() - 1;
    }

    void need(String who, String whom) {
        needs.get(node(who)).add(node(whom));
    }

    /** From now on {@code who} needs nothing more of {@code whom}. */
    void cut(String who, String whom) {
        needs.get(node(who)).remove((Object) node(whom));
    }

    boolean has(String name) {
        return numbers.containsKey(name);
    }

    List<String> needsOf(String name) {
        return needs.get(node(name)).stream().map(names::get).toList();
    }

    /** Components, each after those it needs; only those of the given nodes, with needs among them. */
    List<List<String>> components(Collection<String> among) {
        Set<Integer> inside = new HashSet<>();
        List<Integer> order = new ArrayList<>();
        for (String name : among) {
            int number = node(name);
            if (inside.add(number)) {
                order.add(number);
            }
        }
        return new Tarjan(inside).of(order);
    }

    private final class Tarjan {
        private final Set<Integer> inside;
        private final Map<Integer, Integer> index = new HashMap<>();
        private final Map<Integer, Integer> low = new HashMap<>();
        private final Set<Integer> open = new HashSet<>();
        private final Deque<Integer> stack = new ArrayDeque<>();
        private final List<List<String>> components = new ArrayList<>();

        Tarjan(Set<Integer> inside) {
            this.inside = inside;
        }

        List<List<String>> of(List<Integer> order) {
            for (int start : order) {
                if (!index.containsKey(start)) {
                    visit(start);
                }
            }
            return components;
        }

        private void visit(int start) {
            Deque<int[]> path = new ArrayDeque<>();
            enter(start, path);
            while (!path.isEmpty()) {
                int[] at = path.peek();
                List<Integer> next = needs.get(at[0]);
                if (at[1] < next.size()) {
                    int to = next.get(at[1]++);
                    if (!inside.contains(to)) {
                        continue;
                    }
                    if (!index.containsKey(to)) {
                        enter(to, path);
                    } else if (open.contains(to)) {
                        low.merge(at[0], index.getOrDefault(to, 0), Math::min);
                    }
                } else {
                    path.pop();
                    if (!path.isEmpty()) {
                        low.merge(path.peek()[0], low.getOrDefault(at[0], 0), Math::min);
                    }
                    close(at[0]);
                }
            }
        }

        private void enter(int node, Deque<int[]> path) {
            index.put(node, index.size());
            low.put(node, index.size() - 1);
            stack.push(node);
            open.add(node);
            path.push(new int[] {node, 0});
        }

        private void close(int node) {
            if (!low.getOrDefault(node, -1).equals(index.get(node))) {
                return;
            }
            List<String> component = new ArrayList<>();
            int member;
            do {
                member = stack.pop();
                open.remove(member);
                component.add(names.get(member));
            } while (member != node);
            component.sort(null);
            components.add(component);
        }
    }
}
