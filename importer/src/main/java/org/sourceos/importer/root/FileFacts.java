package org.sourceos.importer.root;

/**
 * What the root says of a name; owners by number, for the names are the imported system's.
 *
 * @param permissions with set-id and sticky bits
 */
public record FileFacts(Kind kind, int permissions, int uid, int gid, long size) {
    public enum Kind {
        FILE,
        FOLDER,
        LINK,
        /** Devices, pipes, sockets. */
        OTHER
    }

    static FileFacts of(int mode, int uid, int gid, long size) {
        Kind kind = switch (mode & 0170000) {
            case 0100000 -> Kind.FILE;
            case 0040000 -> Kind.FOLDER;
            case 0120000 -> Kind.LINK;
            default -> Kind.OTHER;
        };
        return new FileFacts(kind, mode & 07777, uid, gid, size);
    }

    public boolean isFile() {
        return kind == Kind.FILE;
    }

    public boolean isFolder() {
        return kind == Kind.FOLDER;
    }

    public boolean isLink() {
        return kind == Kind.LINK;
    }
}
