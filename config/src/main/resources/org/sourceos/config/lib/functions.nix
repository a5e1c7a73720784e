# Functions, and sets that refer to themselves.
let
  inherit (builtins) foldl';
in
rec {
  /**
    What it is given.

    # Type

    ```
    id :: a -> a
    ```

    # Example

    ```nix
    lib.id 1
    # => 1
    ```
  */
  id = value: value;

  /**
    The first of two arguments.

    # Type

    ```
    const :: a -> b -> a
    ```

    # Example

    ```nix
    lib.const 1 2
    # => 1
    ```
  */
  const = value: _: value;

  /**
    A function of two arguments that takes them the other way round.

    # Type

    ```
    flip :: (a -> b -> c) -> b -> a -> c
    ```

    # Example

    ```nix
    lib.flip builtins.sub 1 5
    # => 4
    ```
  */
  flip = f: a: b: f b a;

  /**
    A value sent through functions, the first one first.

    # Type

    ```
    pipe :: a -> [(a -> b) ... (y -> z)] -> z
    ```

    # Example

    ```nix
    lib.pipe 2 [ (n: n + 2) (n: n * 2) toString ]
    # => "8"
    ```
  */
  pipe = foldl' (value: f: f value);

  /**
    Two functions as one: the second works on the argument, the first on what comes of it.

    # Type

    ```
    compose :: (b -> c) -> (a -> b) -> a -> c
    ```

    # Example

    ```nix
    lib.compose toString (n: n * 2) 4
    # => "8"
    ```
  */
  compose = f: g: value: f (g value);

  /**
    The value that a function makes of itself: its parts may use each other through the argument.

    # Type

    ```
    fix :: (a -> a) -> a
    ```

    # Example

    ```nix
    lib.fix (self: { a = 1; b = self.a + 1; })
    # => { a = 1; b = 2; }
    ```
  */
  fix =
    f:
    let
      self = f self;
    in
    self;

  /**
    A function for `fix` with an overlay on it. The overlay gets the final set and the one it lies on.

    # Type

    ```
    extends :: (a -> a -> a) -> (a -> a) -> a -> a
    ```

    # Example

    ```nix
    lib.fix (
      lib.extends (final: prev: { a = prev.a + 10; }) (self: { a = 1; b = self.a + 1; })
    )
    # => { a = 11; b = 12; }
    ```
  */
  extends =
    overlay: f: final:
    let
      prev = f final;
    in
    prev // overlay final prev;

  /**
    Two overlays as one, the second on the first.

    # Type

    ```
    composeExtensions :: (a -> a -> a) -> (a -> a -> a) -> a -> a -> a
    ```

    # Example

    ```nix
    lib.composeExtensions (final: prev: { a = 1; }) (final: prev: { b = prev.a + 1; }) { } { }
    # => { a = 1; b = 2; }
    ```
  */
  composeExtensions =
    first: second: final: prev:
    let
      below = first final prev;
    in
    below // second final (prev // below);

  /**
    Any number of overlays as one, each on those before it.

    # Type

    ```
    composeManyExtensions :: [a -> a -> a] -> a -> a -> a
    ```

    # Example

    ```nix
    lib.composeManyExtensions [ (final: prev: { a = 1; }) (final: prev: { a = prev.a + 1; }) ] { } { }
    # => { a = 2; }
    ```
  */
  composeManyExtensions = foldl' composeExtensions (_: _: { });
}
