package org.sourceos.config.nix;

import java.util.ArrayList;
import java.util.List;

/** Strings and versions. */
final class StringBuiltins {
    private StringBuiltins() {}

    static void define(Globals to) {
        to.function("toString", 1, (in, a, site) -> in.coerceToString(a[0].force(in), true, false));
        to.function(
                "stringLength",
                1,
                (in, a, site) -> NixInt.of(Args.coerced(in, a[0]).bytes.length()));
        to.function("substring", 3, StringBuiltins::substring);
        to.function("concatStringsSep", 2, StringBuiltins::join);
        to.function("replaceStrings", 3, StringBuiltins::replace);
        to.function("baseNameOf", 1, StringBuiltins::baseName);
        to.function("dirOf", 1, StringBuiltins::directory);
        to.function(
                "compareVersions",
                2,
                (in, a, site) -> NixInt.of(Versions.compare(Args.plain(in, a[0]), Args.plain(in, a[1]))));
        to.function("splitVersion", 1, (in, a, site) -> {
            List<NixValue> parts = new ArrayList<>();
            for (String part : Versions.split(Args.plain(in, a[0]))) {
                parts.add(new NixString(part));
            }
            return NixList.of(parts.toArray(new NixValue[0]));
        });
        to.function("parseDrvName", 1, (in, a, site) -> {
            String name = Args.plain(in, a[0]);
            int dash = Versions.dashBeforeVersion(name);
            return new AttrsBuilder(2)
                    .put(in.symbols.name, new NixString(name.substring(0, dash)))
                    .put(in.symbols.version, new NixString(name.substring(Math.min(dash + 1, name.length()))))
                    .build();
        });
    }

    private static NixValue substring(Interp in, NixValue[] a, Expr site) {
        long start = Args.integer(in, a[0]);
        if (start < 0) {
            throw new EvalError(EvalError.Kind.OTHER, "negative start position in 'substring'");
        }
        long length = Args.integer(in, a[1]);
        NixString string = Args.coerced(in, a[2]);
        int size = string.bytes.length();
        if (start >= size) {
            return new NixString("", string.context);
        }
        long end = length < 0 || length > size - start ? size : start + length;
        return new NixString(string.bytes.substring((int) start, (int) end), string.context);
    }

    private static NixValue join(Interp in, NixValue[] a, Expr site) {
        NixString separator = Args.string(in, a[0]);
        NixList list = Args.list(in, a[1]);
        StringBuilder out = new StringBuilder();
        Context context = separator.context;
        for (int i = 0; i < list.size(); i++) {
            in.step();
            if (i > 0) {
                out.append(separator.bytes);
            }
            NixString next = Args.coerced(in, list.get(i));
            in.reserve(next.bytes.length() + separator.bytes.length());
            out.append(next.bytes);
            context = context.with(next.context);
        }
        return new NixString(out.toString(), context);
    }

    private static NixValue replace(Interp in, NixValue[] a, Expr site) {
        NixList from = Args.list(in, a[0]);
        NixList to = Args.list(in, a[1]);
        if (from.size() != to.size()) {
            throw new EvalError(
                    EvalError.Kind.OTHER,
                    "'from' and 'to' arguments passed to builtins.replaceStrings have different lengths");
        }
        String[] search = new String[from.size()];
        for (int i = 0; i < search.length; i++) {
            search[i] = Args.string(in, from.get(i)).bytes;
        }
        NixString subject = Args.string(in, a[2]);
        String bytes = subject.bytes;
        Context context = subject.context;
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at <= bytes.length()) {
            in.step();
            int found = -1;
            for (int i = 0; i < search.length && found < 0; i++) {
                if (bytes.startsWith(search[i], at)) {
                    found = i;
                }
            }
            if (found >= 0) {
                // What it is replaced with is evaluated only when it is needed.
                NixString replacement = Args.string(in, to.get(found));
                in.reserve(replacement.bytes.length());
                out.append(replacement.bytes);
                context = context.with(replacement.context);
                at += search[found].length();
            }
            if (found < 0 || search[found].isEmpty()) {
                if (at < bytes.length()) {
                    out.append(bytes.charAt(at));
                }
                at++;
            }
        }
        return new NixString(out.toString(), context);
    }

    private static NixValue baseName(Interp in, NixValue[] a, Expr site) {
        NixString string = in.coerceToString(a[0].force(in), false, false);
        String bytes = string.bytes;
        int end = bytes.endsWith("/") ? bytes.length() - 1 : bytes.length();
        int slash = end > 0 ? bytes.lastIndexOf('/', end - 1) : -1;
        return new NixString(bytes.substring(slash + 1, end), string.context);
    }

    private static NixValue directory(Interp in, NixValue[] a, Expr site) {
        NixValue value = a[0].force(in);
        if (value instanceof NixPath path) {
            int slash = path.bytes.lastIndexOf('/');
            return new NixPath(slash <= 0 ? "/" : path.bytes.substring(0, slash));
        }
        NixString string = in.coerceToString(value, false, false);
        int slash = string.bytes.lastIndexOf('/');
        String directory = slash < 0 ? "." : slash == 0 ? "/" : string.bytes.substring(0, slash);
        return new NixString(directory, string.context);
    }
}
