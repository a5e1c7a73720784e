# Strings. They are bytes: what is said of characters holds for those of ASCII. What is inherited is described with the
# builtins.
let
  inherit (builtins)
    compareVersions
    concatStringsSep
    filter
    fromJSON
    genList
    head
    isString
    match
    replaceStrings
    split
    stringLength
    substring
    ;
  characters = text: genList (n: substring n 1 text) (stringLength text);
  lower = characters "abcdefghijklmnopqrstuvwxyz";
  upper = characters "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
in
rec {
  inherit (builtins)
    compareVersions
    concatStringsSep
    replaceStrings
    splitVersion
    stringLength
    substring
    ;

  /**
    Strings put together.

    # Type

    ```
    concatStrings :: [String] -> String
    ```

    # Example

    ```nix
    lib.concatStrings [ "a" "b" ]
    # => "ab"
    ```
  */
  concatStrings = concatStringsSep "";

  /**
    What a function makes of each element, put together.

    # Type

    ```
    concatMapStrings :: (a -> String) -> [a] -> String
    ```

    # Example

    ```nix
    lib.concatMapStrings (x: x + "!") [ "a" "b" ]
    # => "a!b!"
    ```
  */
  concatMapStrings = f: list: concatStrings (map f list);

  /**
    What a function makes of each element, put together with a separator.

    # Type

    ```
    concatMapStringsSep :: String -> (a -> String) -> [a] -> String
    ```

    # Example

    ```nix
    lib.concatMapStringsSep ", " toString [ 1 2 3 ]
    # => "1, 2, 3"
    ```
  */
  concatMapStringsSep = separator: f: list: concatStringsSep separator (map f list);

  /**
    Lines, each with its end.

    # Type

    ```
    concatLines :: [String] -> String
    ```

    # Example

    ```nix
    lib.concatLines [ "a" "b" ]
    # => "a\nb\n"
    ```
  */
  concatLines = concatMapStrings (line: line + "\n");

  /**
    The pieces between the places where a separator stands.

    # Type

    ```
    splitString :: String -> String -> [String]
    ```

    # Examples

    ```nix
    lib.splitString "." "a.b..c"
    # => [ "a" "b" "" "c" ]

    lib.splitString "/" "/usr/bin"
    # => [ "" "usr" "bin" ]
    ```
  */
  splitString = separator: text: filter isString (split (escapeRegex separator) text);

  /**
    Whether a text begins with another.

    # Type

    ```
    hasPrefix :: String -> String -> Bool
    ```

    # Examples

    ```nix
    lib.hasPrefix "ab" "abc"
    # => true

    lib.hasPrefix "bc" "abc"
    # => false
    ```
  */
  hasPrefix = prefix: text: substring 0 (stringLength prefix) text == prefix;

  /**
    Whether a text ends with another.

    # Type

    ```
    hasSuffix :: String -> String -> Bool
    ```

    # Examples

    ```nix
    lib.hasSuffix "bc" "abc"
    # => true

    lib.hasSuffix "abc" "bc"
    # => false
    ```
  */
  hasSuffix =
    suffix: text:
    let
      start = stringLength text - stringLength suffix;
    in
    start >= 0 && substring start (-1) text == suffix;

  /**
    Whether a text holds another.

    # Type

    ```
    hasInfix :: String -> String -> Bool
    ```

    # Examples

    ```nix
    lib.hasInfix "b" "abc"
    # => true

    lib.hasInfix "x" "abc"
    # => false
    ```
  */
  hasInfix = infix: text: infix == "" || replaceStrings [ infix ] [ "" ] text != text;

  /**
    A text without its beginning, if that is the given one.

    # Type

    ```
    removePrefix :: String -> String -> String
    ```

    # Examples

    ```nix
    lib.removePrefix "v" "v1.2"
    # => "1.2"

    lib.removePrefix "v" "1.2"
    # => "1.2"
    ```
  */
  removePrefix =
    prefix: text: if hasPrefix prefix text then substring (stringLength prefix) (-1) text else text;

  /**
    A text without its end, if that is the given one.

    # Type

    ```
    removeSuffix :: String -> String -> String
    ```

    # Examples

    ```nix
    lib.removeSuffix ".nix" "a.nix"
    # => "a"

    lib.removeSuffix ".nix" "a.c"
    # => "a.c"
    ```
  */
  removeSuffix =
    suffix: text:
    if hasSuffix suffix text then
      substring 0 (stringLength text - stringLength suffix) text
    else
      text;

  /**
    The letters a to z as capitals; others stay as they are.

    # Type

    ```
    toUpper :: String -> String
    ```

    # Example

    ```nix
    lib.toUpper "abc-1"
    # => "ABC-1"
    ```
  */
  toUpper = replaceStrings lower upper;

  /**
    The letters A to Z as small ones; others stay as they are.

    # Type

    ```
    toLower :: String -> String
    ```

    # Example

    ```nix
    lib.toLower "ABC-1"
    # => "abc-1"
    ```
  */
  toLower = replaceStrings upper lower;

  /**
    A text without the white space around it.

    # Type

    ```
    trim :: String -> String
    ```

    # Examples

    ```nix
    lib.trim "  a b\n"
    # => "a b"

    lib.trim " "
    # => ""
    ```
  */
  trim =
    text:
    let
      found = match "[[:space:]]*(.*[^[:space:]])[[:space:]]*" text;
    in
    if found == null then "" else head found;

  /**
    A text when a condition holds, otherwise an empty one.

    # Type

    ```
    optionalString :: Bool -> String -> String
    ```

    # Examples

    ```nix
    lib.optionalString true "a"
    # => "a"

    lib.optionalString false "a"
    # => ""
    ```
  */
  optionalString = condition: text: if condition then text else "";

  /**
    The bytes of a text as texts of one byte each.

    # Type

    ```
    stringToCharacters :: String -> [String]
    ```

    # Example

    ```nix
    lib.stringToCharacters "abc"
    # => [ "a" "b" "c" ]
    ```
  */
  stringToCharacters = text: genList (n: substring n 1 text) (stringLength text);

  /**
    A text with a backslash before each of the given characters.

    # Type

    ```
    escape :: [String] -> String -> String
    ```

    # Example

    ```nix
    lib.escape [ "(" ")" ] "f(x)"
    # => "f\\(x\\)"
    ```
  */
  escape = characters: replaceStrings characters (map (character: "\\" + character) characters);

  /**
    A text as a regular expression (`match`, `split`) that matches just it.

    # Type

    ```
    escapeRegex :: String -> String
    ```

    # Example

    ```nix
    lib.escapeRegex "[a]*"
    # => "\\[a]\\*"
    ```
  */
  escapeRegex = escape (stringToCharacters "\\[{()^$?*+|.");

  /**
    A text as one word for a shell.

    # Type

    ```
    escapeShellArg :: String -> String
    ```

    # Examples

    ```nix
    lib.escapeShellArg "it's"
    # => "'it'\\''s'"

    lib.escapeShellArg "plain"
    # => "plain"
    ```
  */
  escapeShellArg =
    text:
    let
      plain = match "[[:alnum:],._+:@%/-]+" (toString text) != null;
    in
    if plain then toString text else "'${replaceStrings [ "'" ] [ "'\\''" ] (toString text)}'";

  /**
    Texts as words for a shell, with spaces between.

    # Type

    ```
    escapeShellArgs :: [String] -> String
    ```

    # Example

    ```nix
    lib.escapeShellArgs [ "a b" "c" ]
    # => "'a b' c"
    ```
  */
  escapeShellArgs = concatMapStringsSep " " escapeShellArg;

  /**
    Whether a version is earlier than the given one.

    # Type

    ```
    versionOlder :: String -> String -> Bool
    ```

    # Examples

    ```nix
    lib.versionOlder "1.10" "1.9"
    # => false

    lib.versionOlder "1.9" "1.10"
    # => true
    ```
  */
  versionOlder = have: than: compareVersions have than < 0;

  /**
    Whether a version is the given one or a later one.

    # Type

    ```
    versionAtLeast :: String -> String -> Bool
    ```

    # Example

    ```nix
    lib.versionAtLeast "1.10" "1.9"
    # => true
    ```
  */
  versionAtLeast = have: least: compareVersions have least >= 0;

  /**
    A text made as wide as given, by filling it up on the left. A wider one is an error.

    # Type

    ```
    fixedWidthString :: Int -> String -> String -> String
    ```

    # Examples

    ```nix
    lib.fixedWidthString 5 "0" "42"
    # => "00042"

    lib.fixedWidthString 1 "0" "42"
    # => error: lib.fixedWidthString: '42' is wider than 1
    ```
  */
  fixedWidthString =
    width: filler: text:
    let
      missing = width - stringLength text;
      filled = concatStrings (genList (_: filler) missing);
    in
    if missing < 0 then
      throw "lib.fixedWidthString: '${text}' is wider than ${toString width}"
    else
      substring 0 missing filled + text;

  /**
    The word `true` or `false`. (`toString` gives `1` or nothing.)

    # Type

    ```
    boolToString :: Bool -> String
    ```

    # Example

    ```nix
    lib.boolToString true
    # => "true"
    ```
  */
  boolToString = value: if value then "true" else "false";

  /**
    The integer that a text is in decimal digits; white space may be around it.

    # Type

    ```
    toInt :: String -> Int
    ```

    # Examples

    ```nix
    lib.toInt " -42 "
    # => -42

    lib.toInt "4x"
    # => error: lib.toInt: '4x' is not a decimal integer

    lib.toInt "007"
    # => error: lib.toInt: '007' is not a decimal integer
    ```
  */
  toInt =
    text:
    let
      found = match "[[:space:]]*(0|-?[1-9][0-9]*)[[:space:]]*" text;
    in
    if found == null then
      throw "lib.toInt: '${text}' is not a decimal integer"
    else
      fromJSON (head found);
}
