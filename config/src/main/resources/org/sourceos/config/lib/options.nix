# Options and their definitions: sets that the reader of a configuration recognizes by their `_type`.
let
  types = import ./types.nix;
in
rec {
  /**
    A definition that counts only when a condition holds. The condition may depend on the finished configuration: what stands
    in the content is not looked at to find out which options there are.

    # Type

    ```
    mkIf :: Bool -> a -> Definition
    ```

    # Example

    ```nix
    lib.mkIf true { a = 1; }
    # => { _type = "if"; condition = true; content = { a = 1; }; }
    ```
  */
  mkIf = condition: content: {
    _type = "if";
    inherit condition content;
  };

  /**
    Several definitions in the place of one.

    # Type

    ```
    mkMerge :: [a] -> Definition
    ```

    # Example

    ```nix
    lib.mkMerge [ { a = 1; } { b = 2; } ]
    # => { _type = "merge"; contents = [ { a = 1; } { b = 2; } ]; }
    ```
  */
  mkMerge = contents: {
    _type = "merge";
    inherit contents;
  };

  /**
    A definition with a priority. Of several definitions of one option those with the lowest number count; a definition
    without one has 100.

    # Type

    ```
    mkOverride :: Int -> a -> Definition
    ```

    # Example

    ```nix
    lib.mkOverride 10 "a"
    # => { _type = "override"; content = "a"; priority = 10; }
    ```
  */
  mkOverride = priority: content: {
    _type = "override";
    inherit priority content;
  };

  /**
    A definition that any other replaces: priority 1000.

    # Type

    ```
    mkDefault :: a -> Definition
    ```

    # Example

    ```nix
    lib.mkDefault "a"
    # => { _type = "override"; content = "a"; priority = 1000; }
    ```
  */
  mkDefault = mkOverride 1000;

  /**
    A definition that replaces others: priority 50.

    # Type

    ```
    mkForce :: a -> Definition
    ```

    # Example

    ```nix
    lib.mkForce "a"
    # => { _type = "override"; content = "a"; priority = 50; }
    ```
  */
  mkForce = mkOverride 50;

  /**
    A definition with a place among others that are put together, such as those of a list: lower numbers come first; a
    definition without one has 1000.

    # Type

    ```
    mkOrder :: Int -> a -> Definition
    ```

    # Example

    ```nix
    lib.mkOrder 10 [ "a" ]
    # => { _type = "order"; content = [ "a" ]; priority = 10; }
    ```
  */
  mkOrder = priority: content: {
    _type = "order";
    inherit priority content;
  };

  /**
    A definition that comes before others: order 500.

    # Type

    ```
    mkBefore :: a -> Definition
    ```

    # Example

    ```nix
    lib.mkBefore [ "a" ]
    # => { _type = "order"; content = [ "a" ]; priority = 500; }
    ```
  */
  mkBefore = mkOrder 500;

  /**
    A definition that comes after others: order 1500.

    # Type

    ```
    mkAfter :: a -> Definition
    ```

    # Example

    ```nix
    lib.mkAfter [ "a" ]
    # => { _type = "order"; content = [ "a" ]; priority = 1500; }
    ```
  */
  mkAfter = mkOrder 1500;

  /**
    An option: what type its values have, and what else is known of it. An option without a default must be defined.

    # Type

    ```
    mkOption :: { type :: OptionType; default? :: a; description? :: String; example? :: a; } -> Option
    ```

    # Example

    ```nix
    removeAttrs (lib.mkOption { type = lib.types.bool; default = true; }) [ "type" ]
    # => { _type = "option"; default = true; }
    ```
  */
  mkOption =
    {
      type,
      default ? null,
      description ? null,
      example ? null,
    }@given:
    given // { _type = "option"; };

  /**
    An option that turns something on, off by default.

    # Type

    ```
    mkEnableOption :: String -> Option
    ```

    # Example

    ```nix
    (lib.mkEnableOption "the printer").description
    # => "Whether to enable the printer."
    ```
  */
  mkEnableOption =
    what:
    mkOption {
      type = types.bool;
      default = false;
      example = true;
      description = "Whether to enable ${what}.";
    };
}
