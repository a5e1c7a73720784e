# Mistakes and warnings.
let
  inherit (builtins) warn;
in
rec {
  /**
    True, or an error with the given text: for `assert`, which says no more than where it stands.

    # Type

    ```
    assertMsg :: Bool -> String -> Bool
    ```

    # Examples

    ```nix
    assert lib.assertMsg (1 < 2) "1 is not less than 2"; "fine"
    # => "fine"

    lib.assertMsg (2 < 1) "2 is not less than 1"
    # => error: 2 is not less than 1
    ```
  */
  assertMsg = condition: message: condition || throw message;

  /**
    A value, and a warning before it when a condition holds.

    # Type

    ```
    warnIf :: Bool -> String -> a -> a
    ```

    # Example

    ```nix
    lib.warnIf false "a is obsolete: use b" 1
    # => 1
    ```
  */
  warnIf = condition: message: if condition then warn message else value: value;

  /**
    A value, or an error with the given text when a condition holds.

    # Type

    ```
    throwIf :: Bool -> String -> a -> a
    ```

    # Examples

    ```nix
    lib.throwIf false "a and b exclude each other" 1
    # => 1

    lib.throwIf true "a and b exclude each other" 1
    # => error: a and b exclude each other
    ```
  */
  throwIf = condition: message: if condition then throw message else value: value;

  /**
    A value, or an error with the given text when a condition does not hold.

    # Type

    ```
    throwIfNot :: Bool -> String -> a -> a
    ```

    # Example

    ```nix
    lib.throwIfNot true "a needs b" 1
    # => 1
    ```
  */
  throwIfNot = condition: throwIf (!condition);
}
