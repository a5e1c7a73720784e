# Types of options. They are plain data, which the reader of a configuration interprets:
#
#   { _type = "option-type"; name = …; description = …; … }
#
# `description` is for messages: "list of integer". The others are
#
#   name           besides                    a value of it is
#   "bool"                                    true or false
#   "int"          least, most (both may be   an integer, not smaller than least, not larger than most
#                  missing)
#   "float"                                   a floating-point number
#   "number"                                  an integer or a floating-point number
#   "str"                                     a string
#   "nonEmptyStr"                             a string with something besides white space in it
#   "path"                                    a path, or a string that begins with "/"
#   "package"                                 a package
#   "anything"                                anything
#   "enum"         values: a list             equal to one of the values
#   "listOf"       elem: a type               a list of such elements
#   "attrsOf"      elem: a type               a set of such values
#   "nullOr"       elem: a type               null, or such a value
#   "oneOf"        alternatives: a list of    a value of the first alternative that it fits
#                  types, at least one
#   "submodule"    options: a set             a set with just these options: each value of `options` is what `mkOption`
#                                             makes, or a set of such
#
# No other attribute stands in a type.
let
  inherit (builtins) concatStringsSep elem toJSON;
  type =
    name: description: more:
    {
      _type = "option-type";
      inherit name description;
    }
    // more;
  # Of a type inside another: what an "or" belongs to shall be clear.
  nested =
    type:
    if
      elem type.name [
        "nullOr"
        "oneOf"
      ]
    then
      "(${type.description})"
    else
      type.description;
in
rec {
  /**
    `true` or `false`.

    # Type

    ```
    bool :: OptionType
    ```

    # Example

    ```nix
    lib.types.bool
    # => { _type = "option-type"; description = "Boolean"; name = "bool"; }
    ```
  */
  bool = type "bool" "Boolean" { };

  /**
    An integer.

    # Type

    ```
    int :: OptionType
    ```

    # Example

    ```nix
    lib.types.int
    # => { _type = "option-type"; description = "integer"; name = "int"; }
    ```
  */
  int = type "int" "integer" { };

  /**
    Integers in a range.
  */
  ints = rec {
    /**
      An integer that is neither smaller than the first nor larger than the second.

      # Type

      ```
      between :: Int -> Int -> OptionType
      ```

      # Example

      ```nix
      lib.types.ints.between 1 5
      # => { _type = "option-type"; description = "integer between 1 and 5"; least = 1; most = 5; name = "int"; }
      ```
    */
    between =
      least: most:
      type "int" "integer between ${toString least} and ${toString most}" { inherit least most; };

    /**
      An integer above 0.

      # Type

      ```
      positive :: OptionType
      ```

      # Example

      ```nix
      lib.types.ints.positive
      # => { _type = "option-type"; description = "positive integer"; least = 1; name = "int"; }
      ```
    */
    positive = type "int" "positive integer" { least = 1; };

    /**
      An integer that is not below 0.

      # Type

      ```
      unsigned :: OptionType
      ```

      # Example

      ```nix
      lib.types.ints.unsigned
      # => { _type = "option-type"; description = "integer not below 0"; least = 0; name = "int"; }
      ```
    */
    unsigned = type "int" "integer not below 0" { least = 0; };

    /**
      An integer of 8 bits, without sign.

      # Type

      ```
      u8 :: OptionType
      ```

      # Example

      ```nix
      lib.types.ints.u8.most
      # => 255
      ```
    */
    u8 = between 0 255;

    /**
      An integer of 16 bits, without sign.

      # Type

      ```
      u16 :: OptionType
      ```

      # Example

      ```nix
      lib.types.ints.u16.most
      # => 65535
      ```
    */
    u16 = between 0 65535;

    /**
      An integer of 32 bits, without sign.

      # Type

      ```
      u32 :: OptionType
      ```

      # Example

      ```nix
      lib.types.ints.u32.most
      # => 4294967295
      ```
    */
    u32 = between 0 4294967295;
  };

  /**
    The number of a port of TCP or UDP.

    # Type

    ```
    port :: OptionType
    ```

    # Example

    ```nix
    lib.types.port
    # => { _type = "option-type"; description = "port number"; least = 0; most = 65535; name = "int"; }
    ```
  */
  port = type "int" "port number" {
    least = 0;
    most = 65535;
  };

  /**
    A floating-point number.

    # Type

    ```
    float :: OptionType
    ```

    # Example

    ```nix
    lib.types.float.name
    # => "float"
    ```
  */
  float = type "float" "floating-point number" { };

  /**
    An integer or a floating-point number.

    # Type

    ```
    number :: OptionType
    ```

    # Example

    ```nix
    lib.types.number.name
    # => "number"
    ```
  */
  number = type "number" "number" { };

  /**
    A string.

    # Type

    ```
    str :: OptionType
    ```

    # Example

    ```nix
    lib.types.str.name
    # => "str"
    ```
  */
  str = type "str" "string" { };

  /**
    A string that is more than white space.

    # Type

    ```
    nonEmptyStr :: OptionType
    ```

    # Example

    ```nix
    lib.types.nonEmptyStr.name
    # => "nonEmptyStr"
    ```
  */
  nonEmptyStr = type "nonEmptyStr" "non-empty string" { };

  /**
    A path, or a string that begins with `/`.

    # Type

    ```
    path :: OptionType
    ```

    # Example

    ```nix
    lib.types.path.name
    # => "path"
    ```
  */
  path = type "path" "path" { };

  /**
    A package.

    # Type

    ```
    package :: OptionType
    ```

    # Example

    ```nix
    lib.types.package.name
    # => "package"
    ```
  */
  package = type "package" "package" { };

  /**
    Anything at all.

    # Type

    ```
    anything :: OptionType
    ```

    # Example

    ```nix
    lib.types.anything.name
    # => "anything"
    ```
  */
  anything = type "anything" "anything" { };

  /**
    One of the given values.

    # Type

    ```
    enum :: [a] -> OptionType
    ```

    # Example

    ```nix
    lib.types.enum [ "on" "off" ]
    # => { _type = "option-type"; description = "one of \"on\", \"off\""; name = "enum"; values = [ "on" "off" ]; }
    ```
  */
  enum =
    values: type "enum" "one of ${concatStringsSep ", " (map toJSON values)}" { inherit values; };

  /**
    A list whose elements have a type. Several definitions are put one after the other.

    # Type

    ```
    listOf :: OptionType -> OptionType
    ```

    # Examples

    ```nix
    (lib.types.listOf lib.types.int).description
    # => "list of integer"

    (lib.types.listOf lib.types.int).elem.name
    # => "int"
    ```
  */
  listOf = elem: type "listOf" "list of ${nested elem}" { inherit elem; };

  /**
    An attribute set whose values have a type. Several definitions are merged name by name.

    # Type

    ```
    attrsOf :: OptionType -> OptionType
    ```

    # Example

    ```nix
    (lib.types.attrsOf lib.types.int).description
    # => "attribute set of integer"
    ```
  */
  attrsOf = elem: type "attrsOf" "attribute set of ${nested elem}" { inherit elem; };

  /**
    `null`, or a value of a type.

    # Type

    ```
    nullOr :: OptionType -> OptionType
    ```

    # Example

    ```nix
    (lib.types.nullOr lib.types.int).description
    # => "null or integer"
    ```
  */
  nullOr = elem: type "nullOr" "null or ${elem.description}" { inherit elem; };

  /**
    A value of one or of another type; where it could be both, it is the first.

    # Type

    ```
    either :: OptionType -> OptionType -> OptionType
    ```

    # Examples

    ```nix
    (lib.types.either lib.types.int lib.types.str).description
    # => "integer or string"

    (lib.types.either lib.types.int lib.types.str).name
    # => "oneOf"
    ```
  */
  either =
    first: second:
    oneOf [
      first
      second
    ];

  /**
    A value of one of several types; where it could be of more than one, it is the first of them.

    # Type

    ```
    oneOf :: [OptionType] -> OptionType
    ```

    # Example

    ```nix
    (lib.types.oneOf [ lib.types.int lib.types.str lib.types.bool ]).description
    # => "integer or string or Boolean"
    ```
  */
  oneOf =
    alternatives:
    type "oneOf" (concatStringsSep " or " (map (alternative: alternative.description) alternatives)) {
      inherit alternatives;
    };

  /**
    An attribute set with options of its own.

    # Type

    ```
    submodule :: { options :: AttrSet; } -> OptionType
    ```

    # Example

    ```nix
    builtins.attrNames (lib.types.submodule { options.port = lib.mkOption { type = lib.types.port; }; }).options
    # => [ "port" ]
    ```
  */
  submodule = { options }: type "submodule" "submodule" { inherit options; };
}
