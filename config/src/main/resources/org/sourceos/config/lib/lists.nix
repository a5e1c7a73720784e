# Lists. What is inherited is described with the builtins.
let
  inherit (builtins)
    concatMap
    elem
    elemAt
    filter
    foldl'
    genList
    isList
    length
    ;
in
rec {
  inherit (builtins)
    all
    any
    concatLists
    concatMap
    elem
    elemAt
    filter
    foldl'
    genList
    groupBy
    head
    length
    map
    partition
    sort
    tail
    ;

  /**
    A list of one element.

    # Type

    ```
    singleton :: a -> [a]
    ```

    # Example

    ```nix
    lib.singleton "a"
    # => [ "a" ]
    ```
  */
  singleton = element: [ element ];

  /**
    A list as it is, anything else as a list of one element.

    # Type

    ```
    toList :: a | [a] -> [a]
    ```

    # Examples

    ```nix
    lib.toList 1
    # => [ 1 ]

    lib.toList [ 1 2 ]
    # => [ 1 2 ]
    ```
  */
  toList = value: if isList value then value else [ value ];

  /**
    A list of one element when a condition holds, otherwise an empty one.

    # Type

    ```
    optional :: Bool -> a -> [a]
    ```

    # Examples

    ```nix
    lib.optional true "a"
    # => [ "a" ]

    lib.optional false "a"
    # => [ ]
    ```
  */
  optional = condition: element: if condition then [ element ] else [ ];

  /**
    A list when a condition holds, otherwise an empty one.

    # Type

    ```
    optionals :: Bool -> [a] -> [a]
    ```

    # Examples

    ```nix
    lib.optionals true [ 1 2 ]
    # => [ 1 2 ]

    lib.optionals false [ 1 2 ]
    # => [ ]
    ```
  */
  optionals = condition: elements: if condition then elements else [ ];

  /**
    All elements of lists in lists, in one list. What is no list becomes a list of one element.

    # Type

    ```
    flatten :: [a | [...]] -> [a]
    ```

    # Examples

    ```nix
    lib.flatten [ 1 [ 2 [ 3 ] ] [ ] ]
    # => [ 1 2 3 ]

    lib.flatten 1
    # => [ 1 ]
    ```
  */
  flatten = value: if isList value then concatMap flatten value else [ value ];

  /**
    The elements without those that are equal to an earlier one. Needs time that grows with the square of the length.

    # Type

    ```
    unique :: [a] -> [a]
    ```

    # Example

    ```nix
    lib.unique [ 3 2 3 4 2 ]
    # => [ 3 2 4 ]
    ```
  */
  unique = foldl' (kept: element: if elem element kept then kept else kept ++ [ element ]) [ ];

  /**
    The integers from one to another, both included. Empty when the second is the smaller one.

    # Type

    ```
    range :: Int -> Int -> [Int]
    ```

    # Examples

    ```nix
    lib.range 2 5
    # => [ 2 3 4 5 ]

    lib.range 3 2
    # => [ ]
    ```
  */
  range = first: last: if first > last then [ ] else genList (n: first + n) (last - first + 1);

  /**
    A list of so many times the same element.

    # Type

    ```
    replicate :: Int -> a -> [a]
    ```

    # Example

    ```nix
    lib.replicate 3 "a"
    # => [ "a" "a" "a" ]
    ```
  */
  replicate = count: element: genList (_: element) count;

  /**
    The last element. An empty list has none, which is an error.

    # Type

    ```
    last :: [a] -> a
    ```

    # Examples

    ```nix
    lib.last [ 1 2 3 ]
    # => 3

    lib.last [ ]
    # => error: lib.last: an empty list has no last element
    ```
  */
  last =
    list:
    if list == [ ] then
      throw "lib.last: an empty list has no last element"
    else
      elemAt list (length list - 1);

  /**
    All elements but the last. An empty list has none, which is an error.

    # Type

    ```
    init :: [a] -> [a]
    ```

    # Examples

    ```nix
    lib.init [ 1 2 3 ]
    # => [ 1 2 ]

    lib.init [ ]
    # => error: lib.init: an empty list has no last element
    ```
  */
  init =
    list:
    if list == [ ] then
      throw "lib.init: an empty list has no last element"
    else
      take (length list - 1) list;

  /**
    The first so many elements, or all of a shorter list.

    # Type

    ```
    take :: Int -> [a] -> [a]
    ```

    # Examples

    ```nix
    lib.take 2 [ "a" "b" "c" ]
    # => [ "a" "b" ]

    lib.take 9 [ "a" ]
    # => [ "a" ]
    ```
  */
  take = count: sublist 0 count;

  /**
    The list without its first so many elements.

    # Type

    ```
    drop :: Int -> [a] -> [a]
    ```

    # Examples

    ```nix
    lib.drop 2 [ "a" "b" "c" ]
    # => [ "c" ]

    lib.drop 9 [ "a" ]
    # => [ ]
    ```
  */
  drop = count: list: sublist count (length list) list;

  /**
    So many elements from an index on, or as many of them as there are.

    # Type

    ```
    sublist :: Int -> Int -> [a] -> [a]
    ```

    # Examples

    ```nix
    lib.sublist 1 2 [ "a" "b" "c" "d" ]
    # => [ "b" "c" ]

    lib.sublist 3 9 [ "a" "b" "c" "d" ]
    # => [ "d" ]
    ```
  */
  sublist =
    start: count: list:
    let
      left = length list - start;
      size = if left < count then left else count;
    in
    genList (n: elemAt list (n + start)) (if size > 0 then size else 0);

  /**
    The elements from the last to the first.

    # Type

    ```
    reverseList :: [a] -> [a]
    ```

    # Example

    ```nix
    lib.reverseList [ 1 2 3 ]
    # => [ 3 2 1 ]
    ```
  */
  reverseList =
    list:
    let
      size = length list;
    in
    genList (n: elemAt list (size - n - 1)) size;

  /**
    Combines the elements from the left. `foldl'` does it at once and in constant space; this one only as far as the result is
    needed.

    # Type

    ```
    foldl :: (b -> a -> b) -> b -> [a] -> b
    ```

    # Example

    ```nix
    lib.foldl (text: n: "${text}${toString n}") "" [ 1 2 3 ]
    # => "123"
    ```
  */
  foldl =
    combine: initial: list:
    let
      upTo = n: if n < 0 then initial else combine (upTo (n - 1)) (elemAt list n);
    in
    upTo (length list - 1);

  /**
    Combines the elements from the right, only as far as the result is needed.

    # Type

    ```
    foldr :: (a -> b -> b) -> b -> [a] -> b
    ```

    # Examples

    ```nix
    lib.foldr (n: text: "${toString n}${text}") "" [ 1 2 3 ]
    # => "123"

    lib.foldr (n: rest: n < 0 || rest) false [ 1 (-2) (throw "not looked at") ]
    # => true
    ```
  */
  foldr =
    combine: initial: list:
    let
      size = length list;
      from = n: if n == size then initial else combine (elemAt list n) (from (n + 1));
    in
    from 0;

  /**
    As `map`, and the function gets the index before the element, from 0.

    # Type

    ```
    imap0 :: (Int -> a -> b) -> [a] -> [b]
    ```

    # Example

    ```nix
    lib.imap0 (i: x: "${x}${toString i}") [ "a" "b" ]
    # => [ "a0" "b1" ]
    ```
  */
  imap0 = f: list: genList (n: f n (elemAt list n)) (length list);

  /**
    As `map`, and the function gets the index before the element, from 1.

    # Type

    ```
    imap1 :: (Int -> a -> b) -> [a] -> [b]
    ```

    # Example

    ```nix
    lib.imap1 (i: x: "${x}${toString i}") [ "a" "b" ]
    # => [ "a1" "b2" ]
    ```
  */
  imap1 = f: list: genList (n: f (n + 1) (elemAt list n)) (length list);

  /**
    Two lists combined element by element, as far as the shorter one goes.

    # Type

    ```
    zipListsWith :: (a -> b -> c) -> [a] -> [b] -> [c]
    ```

    # Example

    ```nix
    lib.zipListsWith (a: b: a + b) [ 1 2 ] [ 10 20 30 ]
    # => [ 11 22 ]
    ```
  */
  zipListsWith =
    f: first: second:
    let
      size = if length first < length second then length first else length second;
    in
    genList (n: f (elemAt first n) (elemAt second n)) size;

  /**
    Two lists as one of pairs, as far as the shorter one goes.

    # Type

    ```
    zipLists :: [a] -> [b] -> [{ fst :: a; snd :: b; }]
    ```

    # Example

    ```nix
    lib.zipLists [ 1 2 ] [ "a" "b" ]
    # => [ { fst = 1; snd = "a"; } { fst = 2; snd = "b"; } ]
    ```
  */
  zipLists = zipListsWith (fst: snd: { inherit fst snd; });

  /**
    How many elements fulfil a predicate.

    # Type

    ```
    count :: (a -> Bool) -> [a] -> Int
    ```

    # Example

    ```nix
    lib.count (x: x > 1) [ 1 2 3 ]
    # => 2
    ```
  */
  count = predicate: foldl' (n: element: if predicate element then n + 1 else n) 0;

  /**
    The first element that fulfils a predicate, or a default when none does. Elements after it are not looked at.

    # Type

    ```
    findFirst :: (a -> Bool) -> a -> [a] -> a
    ```

    # Examples

    ```nix
    lib.findFirst (x: x > 1) null [ 1 2 3 ]
    # => 2

    lib.findFirst (x: x > 9) null [ 1 2 3 ]
    # => null
    ```
  */
  findFirst =
    predicate: default: list:
    let
      size = length list;
      index = foldl' (
        found: n: if found < size || !predicate (elemAt list n) then found else n
      ) size (genList (n: n) size);
    in
    if index < size then elemAt list index else default;

  /**
    The elements that are not equal to a value.

    # Type

    ```
    remove :: a -> [a] -> [a]
    ```

    # Example

    ```nix
    lib.remove 3 [ 1 3 4 3 ]
    # => [ 1 4 ]
    ```
  */
  remove = value: filter (element: element != value);

  /**
    The elements of the second list that are in the first one too.

    # Type

    ```
    intersectLists :: [a] -> [a] -> [a]
    ```

    # Example

    ```nix
    lib.intersectLists [ 1 2 3 ] [ 6 3 2 ]
    # => [ 3 2 ]
    ```
  */
  intersectLists = first: filter (element: elem element first);

  /**
    The elements of the second list that are not in the first one.

    # Type

    ```
    subtractLists :: [a] -> [a] -> [a]
    ```

    # Example

    ```nix
    lib.subtractLists [ 3 2 ] [ 1 2 3 4 5 3 ]
    # => [ 1 4 5 ]
    ```
  */
  subtractLists = first: filter (element: !elem element first);
}
