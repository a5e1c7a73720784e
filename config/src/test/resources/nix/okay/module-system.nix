let
  isMerge = v: builtins.isAttrs v && v ? _type && v._type == "override";
  mkOverride = priority: content: { _type = "override"; inherit priority content; };
  mkForce = mkOverride 50;
  mkDefault = mkOverride 1000;
  prio = v: if isMerge v then v.priority else 100;
  strip = v: if isMerge v then v.content else v;
  merge = defs:
    let
      lowest = builtins.foldl' (a: d: if prio d < a then prio d else a) 9999 defs;
      kept = map strip (builtins.filter (d: prio d == lowest) defs);
    in if builtins.all builtins.isAttrs kept then mergeSets kept
       else if builtins.all builtins.isList kept then builtins.concatLists kept
       else if builtins.all (k: k == builtins.head kept) kept then builtins.head kept
       else throw "conflicting definitions";
  mergeSets = sets: builtins.zipAttrsWith (name: merge) sets;
  fix = f: let x = f x; in x;
  evalModules = modules: fix (config: mergeSets (map (m: if builtins.isFunction m then m { inherit config mkForce mkDefault; } else m) modules));
in evalModules [
  { a.b = mkDefault 1; list = [ 1 ]; name = "x"; }
  ({ config, mkForce, ... }: { a.b = 2; list = [ config.a.b ]; deep.er.still = config.name + "!"; })
  ({ mkForce, ... }: { name = mkForce "forced"; })
]
