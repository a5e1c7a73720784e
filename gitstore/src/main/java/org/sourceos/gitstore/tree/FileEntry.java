package org.sourceos.gitstore.tree;

/** One name in a tree with everything Linux knows of it but its times, which every tree of ours fixes at one value. */
public record FileEntry(TreePath path, FileKind kind, FileMetadata metadata) {}
