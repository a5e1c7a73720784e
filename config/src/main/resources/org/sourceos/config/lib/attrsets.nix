# Attribute sets. What is inherited is described with the builtins.
let
  inherit (builtins)
    attrNames
    concatStringsSep
    elemAt
    filter
    foldl'
    isAttrs
    length
    listToAttrs
    mapAttrs
    removeAttrs
    zipAttrsWith
    ;
  lists = import ./lists.nix;
in
rec {
  inherit (builtins)
    attrNames
    attrValues
    catAttrs
    getAttr
    hasAttr
    intersectAttrs
    listToAttrs
    mapAttrs
    removeAttrs
    zipAttrsWith
    ;

  /**
    The value at a path of names, or a default where a name of it is missing.

    # Type

    ```
    attrByPath :: [String] -> a -> AttrSet -> a
    ```

    # Examples

    ```nix
    lib.attrByPath [ "a" "b" ] 0 { a.b = 1; }
    # => 1

    lib.attrByPath [ "a" "c" ] 0 { a.b = 1; }
    # => 0
    ```
  */
  attrByPath =
    path: default: attrs:
    let
      at =
        n: value:
        if n == length path then
          value
        else if value ? ${elemAt path n} then
          at (n + 1) value.${elemAt path n}
        else
          default;
    in
    at 0 attrs;

  /**
    Whether there is something at a path of names.

    # Type

    ```
    hasAttrByPath :: [String] -> AttrSet -> Bool
    ```

    # Examples

    ```nix
    lib.hasAttrByPath [ "a" "b" ] { a.b = 1; }
    # => true

    lib.hasAttrByPath [ "a" "c" ] { a.b = 1; }
    # => false
    ```
  */
  hasAttrByPath =
    path: attrs:
    let
      at =
        n: value:
        n == length path || (value ? ${elemAt path n} && at (n + 1) value.${elemAt path n});
    in
    at 0 attrs;

  /**
    A set with a value at a path of names and nothing else.

    # Type

    ```
    setAttrByPath :: [String] -> a -> AttrSet
    ```

    # Examples

    ```nix
    lib.setAttrByPath [ "a" "b" ] 1
    # => { a = { b = 1; }; }

    lib.setAttrByPath [ ] 1
    # => 1
    ```
  */
  setAttrByPath =
    path: value:
    let
      from = n: if n == length path then value else { ${elemAt path n} = from (n + 1); };
    in
    from 0;

  /**
    The value at a path of names, which must be there.

    # Type

    ```
    getAttrFromPath :: [String] -> AttrSet -> a
    ```

    # Examples

    ```nix
    lib.getAttrFromPath [ "a" "b" ] { a.b = 1; }
    # => 1

    lib.getAttrFromPath [ "a" "c" ] { a.b = 1; }
    # => error: lib.getAttrFromPath: there is no attribute 'a.c'
    ```
  */
  getAttrFromPath =
    path:
    attrByPath path (
      throw "lib.getAttrFromPath: there is no attribute '${concatStringsSep "." path}'"
    );

  /**
    The attributes that fulfil a predicate of their name and value.

    # Type

    ```
    filterAttrs :: (String -> a -> Bool) -> AttrSet -> AttrSet
    ```

    # Example

    ```nix
    lib.filterAttrs (name: value: name == "a" || value > 2) { a = 1; b = 2; c = 3; }
    # => { a = 1; c = 3; }
    ```
  */
  filterAttrs =
    predicate: attrs:
    removeAttrs attrs (filter (name: !predicate name attrs.${name}) (attrNames attrs));

  /**
    As `mapAttrs`, and the function makes new names too: it returns a `nameValuePair`.

    # Type

    ```
    mapAttrs' :: (String -> a -> { name :: String; value :: b; }) -> AttrSet -> AttrSet
    ```

    # Example

    ```nix
    lib.mapAttrs' (name: value: lib.nameValuePair "my-${name}" (value * 2)) { a = 1; b = 2; }
    # => { my-a = 2; my-b = 4; }
    ```
  */
  mapAttrs' = f: attrs: listToAttrs (mapAttrsToList f attrs);

  /**
    What a function makes of each name and value, in the order of the names.

    # Type

    ```
    mapAttrsToList :: (String -> a -> b) -> AttrSet -> [b]
    ```

    # Example

    ```nix
    lib.mapAttrsToList (name: value: "${name}=${value}") { b = "2"; a = "1"; }
    # => [ "a=1" "b=2" ]
    ```
  */
  mapAttrsToList = f: attrs: map (name: f name attrs.${name}) (attrNames attrs);

  /**
    As `mapAttrs`, through sets in sets: the function gets the path of names and the value.

    # Type

    ```
    mapAttrsRecursive :: ([String] -> a -> b) -> AttrSet -> AttrSet
    ```

    # Example

    ```nix
    lib.mapAttrsRecursive (path: value: lib.concatStringsSep "." path + value) { a.b = "!"; c = "?"; }
    # => { a = { b = "a.b!"; }; c = "c?"; }
    ```
  */
  mapAttrsRecursive = mapAttrsRecursiveCond (_: true);

  /**
    As `mapAttrsRecursive`; a set that does not fulfil the predicate counts as a value.

    # Type

    ```
    mapAttrsRecursiveCond :: (AttrSet -> Bool) -> ([String] -> a -> b) -> AttrSet -> AttrSet
    ```

    # Example

    ```nix
    lib.mapAttrsRecursiveCond (set: !(set ? leaf)) (path: value: path) { a.b = 1; c.leaf = 2; }
    # => { a = { b = [ "a" "b" ]; }; c = [ "c" ]; }
    ```
  */
  mapAttrsRecursiveCond =
    predicate: f:
    let
      below =
        path:
        mapAttrs (
          name: value:
          if isAttrs value && predicate value then
            below (path ++ [ name ]) value
          else
            f (path ++ [ name ]) value
        );
    in
    below [ ];

  /**
    A set of the given names; a function makes the value of each.

    # Type

    ```
    genAttrs :: [String] -> (String -> a) -> AttrSet
    ```

    # Example

    ```nix
    lib.genAttrs [ "a" "b" ] (name: "the ${name}")
    # => { a = "the a"; b = "the b"; }
    ```
  */
  genAttrs = names: f: listToAttrs (map (name: nameValuePair name (f name)) names);

  /**
    A name and a value, as `listToAttrs` wants them.

    # Type

    ```
    nameValuePair :: String -> a -> { name :: String; value :: a; }
    ```

    # Example

    ```nix
    lib.nameValuePair "a" 1
    # => { name = "a"; value = 1; }
    ```
  */
  nameValuePair = name: value: { inherit name value; };

  /**
    The first set changed by the second one, and so on in sets that both have under one name. (`//` replaces those.)

    # Type

    ```
    recursiveUpdate :: AttrSet -> AttrSet -> AttrSet
    ```

    # Example

    ```nix
    lib.recursiveUpdate { a.b = 1; a.c = 2; } { a.c = 3; d = 4; }
    # => { a = { b = 1; c = 3; }; d = 4; }
    ```
  */
  recursiveUpdate =
    old: new:
    old
    // mapAttrs (
      name: value:
      if isAttrs value && isAttrs (old.${name} or null) then
        recursiveUpdate old.${name} value
      else
        value
    ) new;

  /**
    A set when a condition holds, otherwise an empty one.

    # Type

    ```
    optionalAttrs :: Bool -> AttrSet -> AttrSet
    ```

    # Examples

    ```nix
    lib.optionalAttrs true { a = 1; }
    # => { a = 1; }

    lib.optionalAttrs false { a = 1; }
    # => { }
    ```
  */
  optionalAttrs = condition: attrs: if condition then attrs else { };

  /**
    The values that several sets have under one name, combined from the right.

    # Type

    ```
    foldAttrs :: (a -> b -> b) -> b -> [AttrSet] -> AttrSet
    ```

    # Example

    ```nix
    lib.foldAttrs (value: list: [ value ] ++ list) [ ] [ { a = 1; b = 7; } { a = 2; } ]
    # => { a = [ 1 2 ]; b = [ 7 ]; }
    ```
  */
  foldAttrs = combine: initial: zipAttrsWith (_: lists.foldr combine initial);

  /**
    The attributes as a list of `nameValuePair`s, in the order of the names.

    # Type

    ```
    attrsToList :: AttrSet -> [{ name :: String; value :: a; }]
    ```

    # Example

    ```nix
    lib.attrsToList { b = 2; a = 1; }
    # => [ { name = "a"; value = 1; } { name = "b"; value = 2; } ]
    ```
  */
  attrsToList = mapAttrsToList nameValuePair;

  /**
    All the attributes of the sets that a function makes of each name and value. Of one name the last set wins.

    # Type

    ```
    concatMapAttrs :: (String -> a -> AttrSet) -> AttrSet -> AttrSet
    ```

    # Example

    ```nix
    lib.concatMapAttrs (name: value: { ${name} = value; "${name}-too" = value; }) { a = 1; b = 2; }
    # => { a = 1; a-too = 1; b = 2; b-too = 2; }
    ```
  */
  concatMapAttrs = f: attrs: foldl' (all: more: all // more) { } (mapAttrsToList f attrs);
}
