package org.sourceos.config.nix;

/** JSON, TOML and XML. */
final class DataBuiltins {
    private DataBuiltins() {}

    static void define(Globals to) {
        to.function("toJSON", 1, (in, a, site) -> JsonText.string(in, a[0]));
        to.function("fromJSON", 1, (in, a, site) -> new JsonReader(in, Args.plain(in, a[0])).read());
        to.function("fromTOML", 1, (in, a, site) -> TomlReader.read(in, Args.plain(in, a[0])));
        to.function("toXML", 1, (in, a, site) -> XmlText.string(in, a[0]));
    }
}
