package org.sourceos.config.nix;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sourceos.config.nix.regex.PosixRegex;
import org.sourceos.config.nix.regex.RegexSyntaxException;

/** {@code match} and {@code split}. */
final class RegexBuiltins {
    private final Map<String, PosixRegex> compiled = new HashMap<>();

    private RegexBuiltins() {}

    static void define(Globals to) {
        RegexBuiltins builtins = new RegexBuiltins();
        to.function("match", 2, builtins::match);
        to.function("split", 2, builtins::split);
    }

    private PosixRegex regex(String pattern) {
        PosixRegex known = compiled.get(pattern);
        if (known == null) {
            try {
                known = PosixRegex.compile(pattern);
            } catch (RegexSyntaxException e) {
                throw new EvalError(
                        EvalError.Kind.OTHER,
                        e.tooLarge()
                                ? "memory limit exceeded by regular expression '" + pattern + "'"
                                : "invalid regular expression '" + pattern + "'");
            }
            if (compiled.size() > 1000) {
                compiled.clear();
            }
            compiled.put(pattern, known);
        }
        return known;
    }

    private NixValue match(Interp in, NixValue[] a, Expr site) {
        PosixRegex regex = regex(Args.plain(in, a[0]));
        NixString subject = Args.string(in, a[1]);
        return regex.match(subject.bytes, in::step)
                .<NixValue>map(found -> groups(subject.bytes, found))
                .orElse(NixNull.NULL);
    }

    private static NixList groups(String subject, int[] found) {
        NixValue[] groups = new NixValue[found.length / 2 - 1];
        for (int i = 0; i < groups.length; i++) {
            int start = found[2 * i + 2];
            int end = found[2 * i + 3];
            groups[i] = start < 0 || end < 0 ? NixNull.NULL : new NixString(subject.substring(start, end));
        }
        return NixList.of(groups);
    }

    private NixValue split(Interp in, NixValue[] a, Expr site) {
        PosixRegex regex = regex(Args.plain(in, a[0]));
        NixString subject = Args.string(in, a[1]);
        List<NixValue> parts = new ArrayList<>();
        int last = 0;
        for (int[] found : regex.findAll(subject.bytes, in::step)) {
            in.reserve(64);
            parts.add(new NixString(subject.bytes.substring(last, found[0]), subject.context));
            parts.add(groups(subject.bytes, found));
            last = found[1];
        }
        if (parts.isEmpty()) {
            return NixList.of(subject);
        }
        parts.add(new NixString(subject.bytes.substring(last), subject.context));
        return NixList.of(parts.toArray(new NixValue[0]));
    }
}
