package org.sourceos.gitstore.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PlacedTreeTest {
    @Test
    void everythingIsBelowThePlaceAndLinksLeadThere() throws IOException {
        byte[] noText = {(byte) 0xff, (byte) 0xfe};
        ListTree tree = ListTree.builder()
                .directory("", 0700)
                .file("a/b", 0644, "b")
                .symlink("l", "a/b")
                .entry(new FileEntry(
                        TreePath.ROOT.child(noText),
                        new FileKind.HardLink(TreePath.of("a/b")),
                        FileMetadata.ofRoot(0644)))
                .build();
        List<FileEntry> entries = new ArrayList<>();
        new PlacedTree(TreePath.of("usr/share"), tree).visit(entries::add);
        assertThat(entries)
                .extracting(entry -> entry.path().toString())
                .startsWith(
                        TreePath.ROOT.toString(), "usr", "usr/share", "usr/share/a", "usr/share/a/b", "usr/share/l");
        assertThat(entries.get(2).metadata().mode()).isEqualTo(0700);
        FileEntry last = entries.get(entries.size() - 1);
        assertThat(last.path()).isEqualTo(TreePath.of("usr/share").child(noText));
        assertThat(last.kind()).isEqualTo(new FileKind.HardLink(TreePath.of("usr/share/a/b")));
    }

    @Test
    void aTreeAtTheRootStaysAsItIs() throws IOException {
        List<FileEntry> entries = new ArrayList<>();
        ListTree tree = ListTree.builder().file("a", 0644, "").build();
        new PlacedTree(TreePath.ROOT, tree).visit(entries::add);
        assertThat(entries).extracting(FileEntry::path).containsExactly(TreePath.ROOT, TreePath.of("a"));
    }
}
