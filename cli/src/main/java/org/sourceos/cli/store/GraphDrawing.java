package org.sourceos.cli.store;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sourceos.gitstore.collect.StoreGraph;
import org.sourceos.gitstore.collect.StoreGraph.Kind;

/** A graph of the store as text for Graphviz, or as a drawing: a column for each kind, boxes by how large they are, lines. */
final class GraphDrawing {
    private static final int WIDTH = 260;
    private static final int GAP = 120;
    private static final int HEIGHT = 34;
    private static final int STEP = 46;
    private static final int MARGIN = 20;
    private static final int LETTERS = 30;

    private GraphDrawing() {}

    static String dot(StoreGraph graph) {
        StringBuilder text =
                new StringBuilder("digraph store {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n");
        for (StoreGraph.Node node : graph.nodes()) {
            text.append("  ")
                    .append(quoted(node.id()))
                    .append(" [label=")
                    .append(quoted(label(node)))
                    .append("];\n");
        }
        for (StoreGraph.Edge edge : graph.edges()) {
            text.append("  ")
                    .append(quoted(edge.from()))
                    .append(" -> ")
                    .append(quoted(edge.to()))
                    .append(";\n");
        }
        return text.append("}\n").toString();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String label(StoreGraph.Node node) {
        return node.bytes() == 0 ? node.label() : node.label() + ", " + Sizes.text(node.bytes());
    }

    private record Place(int x, int y) {}

    static String svg(StoreGraph graph) {
        Map<String, Place> places = new HashMap<>();
        Map<Kind, Integer> rows = new EnumMap<>(Kind.class);
        for (StoreGraph.Node node : graph.nodes()) {
            int row = rows.merge(node.kind(), 1, Integer::sum) - 1;
            int x = MARGIN + node.kind().ordinal() * (WIDTH + GAP);
            places.put(node.id(), new Place(x, MARGIN + STEP + row * STEP));
        }
        int tallest = rows.values().stream().max(Integer::compare).orElse(0);
        int width = 2 * MARGIN + Kind.values().length * (WIDTH + GAP) - GAP;
        int height = 2 * MARGIN + STEP + tallest * STEP;
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                        + " font-family=\"sans-serif\" font-size=\"12\">%n",
                width,
                height,
                width,
                height));
        List<String> titles = List.of("Generations", "Images", "Layers of images", "Results and sources");
        for (int i = 0; i < titles.size(); i++) {
            text(svg, MARGIN + i * (WIDTH + GAP), MARGIN + 14, titles.get(i));
        }
        for (StoreGraph.Edge edge : graph.edges()) {
            line(svg, at(places, edge.from()), at(places, edge.to()));
        }
        for (StoreGraph.Node node : graph.nodes()) {
            box(svg, node, at(places, node.id()));
        }
        return svg.append("</svg>\n").toString();
    }

    private static Place at(Map<String, Place> places, String id) {
        Place place = places.get(id);
        if (place == null) {
            throw new IllegalArgumentException("an edge to nothing: " + id);
        }
        return place;
    }

    private static void line(StringBuilder svg, Place from, Place to) {
        boolean forwards = from.x < to.x;
        int startX = forwards ? from.x + WIDTH : from.x;
        int endX = forwards ? to.x : to.x + WIDTH;
        int bend = (endX - startX) / 2;
        int startY = from.y + HEIGHT / 2;
        int endY = to.y + HEIGHT / 2;
        svg.append(String.format(
                Locale.ROOT,
                "<path d=\"M%d %d C%d %d %d %d %d %d\" fill=\"none\" stroke=\"#888\"/>%n",
                startX,
                startY,
                startX + bend,
                startY,
                endX - bend,
                endY,
                endX,
                endY));
    }

    private static void box(StringBuilder svg, StoreGraph.Node node, Place at) {
        svg.append(String.format(
                Locale.ROOT,
                "<g><title>%s</title><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\" fill=\"#f4f4f4\""
                        + " stroke=\"#444\"/>%n",
                escaped(label(node)),
                at.x,
                at.y,
                WIDTH,
                HEIGHT));
        String name = node.label().length() > LETTERS ? node.label().substring(0, LETTERS) + "…" : node.label();
        text(svg, at.x + 8, at.y + 21, node.bytes() == 0 ? name : name + "  " + Sizes.text(node.bytes()));
        svg.append("</g>\n");
    }

    private static void text(StringBuilder svg, int x, int y, String text) {
        svg.append(String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\">%s</text>%n", x, y, escaped(text)));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
