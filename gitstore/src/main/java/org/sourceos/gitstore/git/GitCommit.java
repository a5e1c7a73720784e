package org.sourceos.gitstore.git;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.sourceos.gitstore.ObjectName;

/** A commit object, always by the same author: who built something says nothing about it, and same inputs give same bytes. */
public record GitCommit(ObjectName tree, List<ObjectName> parents, Instant when, String message) {
    private static final String AUTHOR = "SourceOS <sourceos@localhost>";

    public GitCommit {
        parents = List.copyOf(parents);
        if (message.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a commit message with a NUL character");
        }
    }

    public byte[] encode() {
        StringBuilder text = new StringBuilder("tree ").append(tree).append('\n');
        parents.forEach(parent -> text.append("parent ").append(parent).append('\n'));
        String stamp = AUTHOR + " " + when.getEpochSecond() + " +0000\n";
        text.append("author ").append(stamp).append("committer ").append(stamp).append('\n');
        text.append(message);
        if (!message.endsWith("\n")) {
            text.append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Reads any commit, whoever made it; headers it has no use for are skipped. */
    public static GitCommit parse(byte[] commit) throws CorruptObjectException {
        String text = new String(commit, StandardCharsets.UTF_8);
        int body = text.indexOf("\n\n");
        String[] headers = (body < 0 ? text : text.substring(0, body)).split("\n");
        ObjectName tree = null;
        Instant when = null;
        List<ObjectName> parents = new ArrayList<>();
        try {
            for (String header : headers) {
                if (header.startsWith("tree ")) {
                    tree = new ObjectName(header.substring(5));
                } else if (header.startsWith("parent ")) {
                    parents.add(new ObjectName(header.substring(7)));
                } else if (header.startsWith("committer ")) {
                    String[] words = header.substring(header.lastIndexOf('>') + 1)
                            .strip()
                            .split(" ");
                    when = Instant.ofEpochSecond(Long.parseLong(words[0]));
                }
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new CorruptObjectException("a commit with a broken header: " + e.getMessage(), e);
        }
        if (tree == null || when == null) {
            throw new CorruptObjectException("a commit without a tree or a committer");
        }
        return new GitCommit(
                tree, parents, when, body < 0 ? "" : text.substring(body + 2).replace("\0", ""));
    }
}
