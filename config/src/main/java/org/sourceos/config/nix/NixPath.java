package org.sourceos.config.nix;

/** An absolute path without {@code .}, {@code ..} or double slashes. */
public final class NixPath extends NixValue {
    /** One byte per char. */
    final String bytes;

    NixPath(String bytes) {
        this.bytes = bytes;
    }

    /** Read as UTF-8; what is not becomes U+FFFD. */
    public String text() {
        return Bytes.toUnicode(bytes);
    }

    @Override
    public String typeName() {
        return "path";
    }

    @Override
    public String typeWithArticle() {
        return "a path";
    }

    /** Made absolute and canonical as Nix does: by the text alone, {@code ..} above the root stays at the root. */
    static String canonical(String base, String path) {
        String whole = path.startsWith("/") ? path : base + "/" + path;
        StringBuilder out = new StringBuilder(whole.length());
        int at = 0;
        while (at < whole.length()) {
            int end = whole.indexOf('/', at);
            if (end < 0) {
                end = whole.length();
            }
            String part = whole.substring(at, end);
            if (part.equals("..")) {
                int parent = out.lastIndexOf("/");
                out.setLength(Math.max(parent, 0));
            } else if (!part.isEmpty() && !part.equals(".")) {
                out.append('/').append(part);
            }
            at = end + 1;
        }
        return out.length() == 0 ? "/" : out.toString();
    }
}
