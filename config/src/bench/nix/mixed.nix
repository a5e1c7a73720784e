# What libraries do all day: recursion over lists, sets that grow, sorting, strings put together and taken apart.
let
  inherit (builtins) attrNames concatMap concatStringsSep elemAt filter foldl' genList length listToAttrs map mapAttrs sort split stringLength substring;

  range = from: to: genList (i: from + i) (to - from + 1);
  mod = a: b: a - a / b * b;
  foldr = f: end: list: let go = i: if i == length list then end else f (elemAt list i) (go (i + 1)); in go 0;
  primes = limit:
    let sieve = list: if list == [ ] then [ ] else
      let first = builtins.head list; in
      if first * first > limit then list else [ first ] ++ sieve (filter (n: mod n first != 0) list);
    in sieve (range 2 limit);
  words = text: filter builtins.isString (split "[ ,.]+" text);
  capital = word: if word == "" then "" else
    builtins.replaceStrings [ "a" "b" "c" "d" ] [ "A" "B" "C" "D" ] (substring 0 1 word) + substring 1 (stringLength word) word;
  count = foldl' (counts: word: counts // { ${word} = (counts.${word} or 0) + 1; }) { };
  tree = depth: if depth == 0 then { leaf = depth; } else { left = tree (depth - 1); right = tree (depth - 1); inherit depth; };
  sum = t: if t ? leaf then 1 else sum t.left + sum t.right + t.depth;
  update = path: value: set:
    if path == [ ] then value
    else set // { ${builtins.head path} = update (builtins.tail path) value (set.${builtins.head path} or { }); };
  text = concatStringsSep " " (genList (i: "word${toString (mod (i * 7919) 97)}, and") 2000);
in
{
  primes = length (primes 5000);
  sorted = foldl' (a: b: mod (a * 31 + b) 1000003) 0 (sort (a: b: a < b) (genList (i: mod (i * 7919) 10007) 5000));
  counts = count (map capital (words text));
  tree = sum (tree 13);
  nested = foldl' (set: i: update [ "a${toString (mod i 10)}" "b${toString (mod i 7)}" "c" ] i set) { } (range 1 2000);
  right = foldr (x: rest: x + rest) 0 (range 1 3000);
  table = mapAttrs (name: value: "${name}=${toString value}")
    (listToAttrs (genList (i: { name = "key${toString i}"; value = i * i; }) 2000));
  pairs = length (concatMap (a: map (b: a * b) (range 1 100)) (range 1 100));
}
