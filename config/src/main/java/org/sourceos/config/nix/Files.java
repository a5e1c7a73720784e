package org.sourceos.config.nix;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.sourceos.config.nix.SourceIo.FileType;

/** What an evaluation has read: every file once. */
final class Files {
    /** As many links as the kernel follows. */
    private static final int MOST_LINKS = 40;
    /** What most file systems say that a small directory's size is. */
    private static final int DIRECTORY_SIZE = 4096;

    private final Interp in;
    private final SourceIo io;
    private final Map<String, Thunk> imported = new HashMap<>();
    private final Map<String, Source> sources = new HashMap<>();

    Files(Interp in, SourceIo io) {
        this.in = in;
        this.io = io;
    }

    /** The value of a file, evaluated once however often it is imported. */
    NixValue importFile(String path) {
        String file = resolveToFile(path);
        Thunk known = imported.get(file);
        if (known == null) {
            known = new Thunk(new ImportExpr(file), Env.ROOT);
            imported.put(file, known);
        }
        return known.force(in);
    }

    /** A file that was imported. */
    Optional<Source> known(String path) {
        return Optional.ofNullable(sources.get(path));
    }

    /** The text of what {@link #importFile} evaluates. */
    NixText text(String path) {
        String file = resolveToFile(path);
        return NixText.ofFile(Bytes.toUnicode(file), read(file));
    }

    Source source(String file) {
        Source source = new Source(file, parent(file), Bytes.of(read(file)), true, io.isUsers(Bytes.toUnicode(file)));
        sources.put(file, source);
        return source;
    }

    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? "/" : path.substring(0, slash);
    }

    /** The real file that {@code import} of a path reads: links followed, {@code default.nix} of a directory. */
    String resolveToFile(String path) {
        String real = follow(path, "too many symbolic links encountered while traversing the path");
        if (isDirectory(real)) {
            return resolveToFile(NixPath.canonical(real, "default.nix"));
        }
        return real;
    }

    /** A path with the links in it followed, as far as it exists. */
    private String follow(String path) {
        return follow(path, "infinite symlink recursion in path");
    }

    private String follow(String path, String complaint) {
        String at = path;
        for (int links = 0; links < MOST_LINKS; links++) {
            Optional<String> further = followOne(at);
            if (further.isEmpty()) {
                return at;
            }
            at = further.get();
        }
        throw error(complaint + " '" + path + "'");
    }

    /** The path after its first link was followed; empty when none of its parts is one. */
    private Optional<String> followOne(String path) {
        int end = 0;
        while (end < path.length()) {
            int slash = path.indexOf('/', end + 1);
            end = slash < 0 ? path.length() : slash;
            String part = path.substring(0, end);
            if (type(part).filter(t -> t == FileType.SYMLINK).isPresent()) {
                try {
                    String target = Bytes.of(io.readLink(Bytes.toUnicode(part)));
                    String rest = path.substring(end);
                    return Optional.of(NixPath.canonical(parent(part), target + rest));
                } catch (IOException e) {
                    throw unreadable(part, e);
                }
            }
        }
        return Optional.empty();
    }

    byte[] read(String path) {
        String real = follow(path);
        if (isDirectory(real)) {
            throw error("read of " + DIRECTORY_SIZE + " bytes: Is a directory");
        }
        try {
            byte[] bytes = io.read(Bytes.toUnicode(real));
            in.reserve(bytes.length);
            return bytes;
        } catch (IOException e) {
            throw unreadable(real, e);
        }
    }

    private boolean isDirectory(String path) {
        return type(path).filter(t -> t == FileType.DIRECTORY).isPresent();
    }

    /** Of the file itself, a link not followed. */
    Optional<FileType> type(String path) {
        try {
            return io.type(Bytes.toUnicode(path));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /** Of what a path leads to; empty when it leads nowhere. */
    Optional<FileType> typeFollowed(String path) {
        return type(follow(path));
    }

    /** As {@link #type}, for a file that must be there. */
    FileType typeOfExisting(String path) {
        return type(path).orElseThrow(() -> error("path '" + path + "' does not exist"));
    }

    SortedMap<String, FileType> list(String path) {
        String real = follow(path);
        if (type(real).filter(t -> t != FileType.DIRECTORY).isPresent()) {
            throw error("cannot read directory \"" + real + "\": Not a directory");
        }
        try {
            return io.list(Bytes.toUnicode(real));
        } catch (IOException e) {
            throw unreadable(real, e);
        }
    }

    String readLink(String path) {
        try {
            return Bytes.of(io.readLink(Bytes.toUnicode(path)));
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static EvalError unreadable(String path, IOException e) {
        return error(
                e instanceof NoSuchFileException
                        ? "path '" + path + "' does not exist"
                        : "cannot read path '" + path + "': " + Bytes.of(String.valueOf(e.getMessage())));
    }

    static EvalError error(String message) {
        return new EvalError(EvalError.Kind.FILE, message);
    }

    /** The text of a file as an expression. */
    private final class ImportExpr extends Expr {
        private final String file;

        ImportExpr(String file) {
            super(Builtin.NOWHERE, 0);
            this.file = file;
        }

        @Override
        NixValue eval(Interp interp, Env env) {
            return interp.parse(source(file), interp.rootScope()).eval(interp, Env.ROOT);
        }

        @Override
        Expr bind(Scope scope) {
            return this;
        }

        @Override
        void show(Shower out) {
            out.text("(import ").text(file).text(")");
        }
    }
}
