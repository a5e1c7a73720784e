package org.sourceos.config.nix;

/**
 * The names that Nix has seen before it reads the first text. Attributes are evaluated in the order in which their names were
 * first seen, so this decides which of two mistakes in a set is found.
 */
final class SymbolOrder {
    /** The empty name is written as two quotation marks. */
    private static final String KNOWN = """
            outPath drvPath type meta name value system __overrides outputs outputName __ignoreNulls file line
            column __functor __toString right wrong __structuredAttrs allowedReferences allowedRequisites
            disallowedReferences disallowedRequisites maxSize maxClosureSize builder args __contentAddressed
            __impure outputHash outputHashAlgo outputHashMode recurseForDerivations description self "" startSet
            operator key path prefix outputSpecified __sub __lessThan __mul __div or __findFile __nixPath body
            builtins true false null __currentTime currentTime __currentSystem currentSystem __nixVersion
            nixVersion __storeDir storeDir __langVersion langVersion __traceVerbose traceVerbose nixPath
            scopedImport import __typeOf typeOf isNull __isFunction isFunction __isInt isInt __isFloat isFloat
            __isString isString __isBool isBool __isPath isPath __genericClosure genericClosure break abort
            throw __addErrorContext addErrorContext __ceil ceil __floor floor __tryEval tryEval __getEnv getEnv
            __seq seq __deepSeq deepSeq __trace trace __warn warn derivationStrict placeholder __toPath toPath
            __storePath storePath __pathExists pathExists baseNameOf dirOf __readFile readFile findFile
            __hashFile hashFile __readFileType readFileType __readDir readDir __toXML toXML __toJSON toJSON
            __fromJSON fromJSON __toFile toFile __filterSource filterSource __path __attrNames attrNames
            __attrValues attrValues __getAttr getAttr __unsafeGetAttrPos unsafeGetAttrPos __hasAttr hasAttr
            __isAttrs isAttrs removeAttrs __listToAttrs listToAttrs __intersectAttrs intersectAttrs __catAttrs
            catAttrs __functionArgs functionArgs __mapAttrs mapAttrs __zipAttrsWith zipAttrsWith __isList isList
            __elemAt elemAt __head head __tail tail map __filter filter __elem elem __concatLists concatLists
            __length length __foldl' foldl' __any any __all all __genList genList __sort sort __partition
            partition __groupBy groupBy __concatMap concatMap __add add sub mul div __bitAnd bitAnd __bitOr
            bitOr __bitXor bitXor lessThan toString __substring substring __stringLength stringLength
            __hashString hashString __convertHash convertHash __match match __split split __concatStringsSep
            concatStringsSep __replaceStrings replaceStrings __parseDrvName parseDrvName __compareVersions
            compareVersions __splitVersion splitVersion __unsafeDiscardStringContext unsafeDiscardStringContext
            __hasContext hasContext __unsafeDiscardOutputDependency unsafeDiscardOutputDependency
            __addDrvOutputDependencies addDrvOutputDependencies __getContext getContext __appendContext
            appendContext fetchMercurial __fetchurl fetchurl fetchTarball fetchGit fromTOML __getFlake getFlake
            __parseFlakeRef parseFlakeRef __flakeRefToString flakeRefToString derivation strict drvAttrs
            commonAttrs outputsList x outputToAttrListElement
            """;

    private SymbolOrder() {}

    static String[] known() {
        return KNOWN.strip().replace("\"\"", "").split(" |\n", -1);
    }
}
