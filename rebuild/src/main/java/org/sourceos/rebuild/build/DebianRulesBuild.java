package org.sourceos.rebuild.build;

import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.config.recipe.PackageSpec.DebianRules;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.sandbox.Workspace;

/**
 * Builds a Debian source package by its own {@code debian/rules} (Debian Policy 4.9) and unpacks some of the binary packages
 * that come of it.
 */
final class DebianRulesBuild {
    /**
     * What our own builds are told would be taken for the user's wishes by Debian's rules. Packages that the build needs are
     * unpacked but not known to dpkg, and their maintainer scripts have not run: so dependencies are not looked at, a library
     * without a package is no error, and a link of an alternative or a catalogue of catalogues is made up for here.
     */
    private static final String RULES = """
            unset DESTDIR CONFIG_SITE CFLAGS CXXFLAGS SOURCE_DATE_EPOCH NAME VERSION FEATURES
            if ! test -f debian/rules; then
              echo 'error: the source has no debian/rules: system = "debian" is for debian: sources' >&2
              exit 1
            fi
            mkdir -p /build/tools
            cat > /build/tools/dpkg-shlibdeps <<'END'
            #!/bin/sh
            exec /usr/bin/dpkg-shlibdeps --ignore-missing-info "$@"
            END
            chmod +x /build/tools/dpkg-shlibdeps
            link() { command -v "$1" > /dev/null || ! test -e "$2" || ln -s "$2" "/build/tools/$1"; }
            link yacc /usr/bin/bison.yacc
            link awk /usr/bin/gawk
            link fakeroot /usr/bin/fakeroot-sysv
            PATH=/build/tools:$PATH
            XML_CATALOG_FILES=$(find /usr/share/xml -name catalog.xml 2> /dev/null | sort | tr '\\n' ' ')
            SGML_CATALOG_FILES=$(find /usr/share/sgml -name catalog 2> /dev/null | sort | tr '\\n' ':')
            DEB_BUILD_OPTIONS="nocheck nodoc noautodbgsym terse parallel=$NPROC"
            DEB_BUILD_PROFILES='nocheck nodoc'
            export PATH XML_CATALOG_FILES SGML_CATALOG_FILES DEB_BUILD_OPTIONS DEB_BUILD_PROFILES
            chmod +x debian/rules
            # What is the same for all architectures often needs documentation tools: it is made only when it is asked for.
            kind=any
            for name in $BINARIES; do
              architecture=$(awk -v want="$name" '/^[ \t]*$/ { of = "" } /^Package:/ { of = $2 }
                  /^Architecture:/ && of == want { print $2 }' debian/control)
              test "$architecture" != all || kind=any,all
            done
            dpkg-buildpackage --build="$kind" -d -us -uc || {
              echo 'error: debian/rules failed' >&2
              exit 1
            }
            """;

    private static final String UNPACK = """
            for name in $BINARIES; do
              found=
              for package in /build/"$name"_*.deb; do
                test -f "$package" || continue
                found=1
                dpkg-deb -x "$package" /out
              done
              if test -z "$found"; then
                echo "error: the source makes no binary package $name; it makes:" >&2
                ls /build | sed -n 's/_.*[.]deb$//p' >&2
                exit 1
              fi
            done
            """;

    private DebianRulesBuild() {}

    static void run(Workspace workspace, String folder, Map<String, String> environment, DebianRules rules)
            throws RebuildException, IOException {
        SortedMap<String, String> all = new TreeMap<>(environment);
        all.put("BINARIES", String.join(" ", rules.binaries()));
        workspace.run("Debian's rules", folder, all, RULES);
        workspace.run("unpacking what they made", "/out", all, UNPACK);
    }
}
