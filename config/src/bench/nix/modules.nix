# A module system: modules declare options and define them, import others, and read the configuration they are part of.
# A definition may be put off (`when`), gathered (`all`), given a priority (`force`, `preset`) or an order (`early`, `late`);
# a type says which values an option takes and how several definitions become one value.
let
  inherit (builtins)
    all any attrNames attrValues catAttrs concatLists concatMap concatStringsSep elem elemAt filter foldl' functionArgs
    genList hasAttr head isAttrs isBool isFunction isInt isList isPath isString length listToAttrs mapAttrs match
    partition sort tail toJSON zipAttrsWith;

  # --- marks: sets that say how their content is meant
  mark = kind: rest: rest // { _mark = kind; };
  marked = kind: value: value._mark or null == kind;

  when = condition: content: mark "when" { inherit condition content; };
  gather = contents: mark "all" { inherit contents; };
  weigh = priority: content: mark "weigh" { inherit priority content; };
  order = position: content: mark "order" { inherit position content; };
  option = declaration: mark "option" declaration;

  priorities = { force = 50; plain = 100; preset = 1000; fallback = 1500; };

  # --- small tools
  identity = x: x;
  flip = f: a: b: f b a;
  last = list: elemAt list (length list - 1);
  showPath = path: concatStringsSep "." (map (part: if match "[A-Za-z_][A-Za-z0-9_'-]*" part != null then part else toJSON part) path);
  smallest = foldl' (a: b: if b < a then b else a);
  unique = foldl' (kept: x: if elem x kept then kept else kept ++ [ x ]) [ ];
  keepAttrs = keep: set: listToAttrs (concatMap (name: if keep name set.${name} then [ { inherit name; value = set.${name}; } ] else [ ]) (attrNames set));
  listAttrs = f: set: map (name: f name set.${name}) (attrNames set);
  optional = condition: value: if condition then [ value ] else [ ];

  # --- definitions: { file, value } in the order of the modules
  # What is left of a definition once its conditions are decided.
  decide = { file, value }:
    if marked "when" value then
      (if value.condition then decide { inherit file; value = value.content; } else [ ])
    else if marked "all" value then
      concatMap (content: decide { inherit file; value = content; }) value.contents
    else
      [ { inherit file value; } ];

  priorityOf = definition: if marked "weigh" definition.value then definition.value.priority else priorities.plain;

  # Only the definitions of the strongest priority count.
  strongest = definitions:
    let
      best = smallest 9999 (map priorityOf definitions);
      bare = definition: if marked "weigh" definition.value then definition // { value = definition.value.content; } else definition;
    in
    map bare (filter (definition: priorityOf definition == best) definitions);

  ordered = definitions:
    if any (definition: marked "order" definition.value) definitions then
      let
        positioned = map
          (definition:
            if marked "order" definition.value
            then definition // { value = definition.value.content; inherit (definition.value) position; }
            else definition // { position = 1000; })
          definitions;
      in
      sort (a: b: a.position < b.position) positioned
    else
      definitions;

  # One value of all definitions; null's place is taken by the error.
  merge = path: type: raw:
    let
      definitions = ordered (strongest (concatMap decide raw));
      wrong = filter (definition: !type.check definition.value) definitions;
    in
    if definitions == [ ] then
      throw "The option '${showPath path}' is used but not defined."
    else if wrong != [ ] then
      throw "A definition of '${showPath path}' in '${(head wrong).file}' is not of type '${type.name}'."
    else
      type.merge path definitions;

  # --- types
  one = path: definitions:
    if length definitions == 1 then (head definitions).value
    else throw "The option '${showPath path}' is defined ${toString (length definitions)} times: ${concatStringsSep ", " (catAttrs "file" definitions)}.";

  same = path: definitions:
    let first = (head definitions).value; in
    if all (definition: definition.value == first) definitions then first
    else throw "The definitions of '${showPath path}' contradict each other.";

  scalar = name: check: { inherit name check; merge = same; };

  types = rec {
    bool = scalar "Boolean" isBool;
    int = scalar "integer" isInt;
    text = scalar "text" isString;
    path = scalar "path" (x: isPath x || (isString x && match "/.*" x != null));
    anything = { name = "anything"; check = _: true; merge = one; };
    between = low: high: scalar "integer from ${toString low} to ${toString high}" (x: isInt x && x >= low && x <= high);
    port = between 0 65535;
    choice = values: scalar "one of ${toJSON values}" (flip elem values);
    pattern = regex: scalar "text like ${regex}" (x: isString x && match regex x != null);
    lines = {
      name = "lines";
      check = isString;
      merge = path: definitions: concatStringsSep "\n" (catAttrs "value" definitions);
    };
    maybe = inner: {
      name = "null or ${inner.name}";
      check = x: x == null || inner.check x;
      merge = path: definitions:
        let parts = partition (definition: definition.value == null) definitions; in
        if parts.wrong == [ ] then null
        else if parts.right == [ ] then inner.merge path parts.wrong
        else throw "The option '${showPath path}' is both null and not null.";
    };
    either = a: b: {
      name = "${a.name} or ${b.name}";
      check = x: a.check x || b.check x;
      merge = path: definitions:
        if all (definition: a.check definition.value) definitions then a.merge path definitions
        else b.merge path definitions;
    };
    listOf = inner: {
      name = "list of ${inner.name}";
      check = isList;
      merge = path: definitions:
        let
          element = file: index: value: merge (path ++ [ "[${toString index}]" ]) inner [ { inherit file value; } ];
          elements = definition: genList (index: element definition.file index (elemAt definition.value index)) (length definition.value);
        in
        concatMap elements definitions;
    };
    attrsOf = inner: {
      name = "set of ${inner.name}";
      check = isAttrs;
      merge = path: definitions:
        let
          spread = definition: mapAttrs (_: value: { inherit (definition) file; inherit value; }) definition.value;
          decided = mapAttrs (_: concatMap decide) (zipAttrsWith (_: identity) (map spread definitions));
          defined = keepAttrs (_: list: list != [ ]) decided;
        in
        mapAttrs (name: merge (path ++ [ name ]) inner) defined;
    };
    submodule = module: {
      name = "submodule";
      check = x: isAttrs x || isFunction x;
      merge = path: definitions:
        let
          given = map (definition: { _file = definition.file; imports = [ definition.value ]; }) definitions;
          result = evaluate {
            inherit path;
            modules = [ module ] ++ given;
            arguments = { name = last path; };
          };
        in
        result.config;
    };
  };

  # --- modules
  # Calls a module that is a function with what its pattern asks for.
  open = arguments: module:
    if isFunction module then
      let wanted = functionArgs module; in
      module (if wanted == { } then arguments else arguments // mapAttrs (name: _: arguments.${name}) wanted)
    else if isAttrs module then module
    else open arguments (import module);

  normal = file: raw:
    let stray = removeAttrs raw [ "_file" "imports" "options" "config" ]; in
    if raw ? config || raw ? options then
      if stray != { } then throw "The module '${file}' has both 'config' or 'options' and '${head (attrNames stray)}'."
      else { inherit file; imports = raw.imports or [ ]; options = raw.options or { }; config = raw.config or { }; }
    else
      { inherit file; imports = raw.imports or [ ]; options = { }; config = stray; };

  collect = arguments: file: modules:
    concatLists (genList
      (index:
        let
          raw = open arguments (elemAt modules index);
          own = raw._file or "${file}:${toString index}";
          module = normal own raw;
        in
        [ module ] ++ collect arguments own module.imports)
      (length modules));

  # Moves a mark on a whole set to each attribute of it.
  push = value:
    if marked "when" value then map (mapAttrs (_: when value.condition)) (push value.content)
    else if marked "all" value then concatMap push value.contents
    else if marked "weigh" value then map (mapAttrs (_: weigh value.priority)) (push value.content)
    else [ value ];

  # The tree of options below a path, with the value of each.
  grow = path: declarations: definitions:
    let
      declared = zipAttrsWith (_: identity) (map (d: mapAttrs (_: options: { inherit (d) file; inherit options; }) d.options) declarations);
      spread = d: map (mapAttrs (_: value: { inherit (d) file; inherit value; })) (push d.value);
      defined = zipAttrsWith (_: identity) (concatMap spread definitions);
      unknown = attrNames (removeAttrs defined (attrNames declared));
      branch = name: declarations:
        let
          here = path ++ [ name ];
          values = defined.${name} or [ ];
          leaves = partition (d: marked "option" d.options) declarations;
        in
        if leaves.wrong == [ ] then leaf here leaves.right values
        else if leaves.right == [ ] then grow here declarations values
        else throw "'${showPath here}' is an option in one module and a set of options in another.";
    in
    if unknown != [ ] then
      throw "The option '${showPath (path ++ [ (head unknown) ])}' does not exist; it is defined in '${(head defined.${head unknown}).file}'."
    else
      mapAttrs branch declared;

  leaf = path: declarations: definitions:
    let
      declaration = foldl' (a: d: a // d.options) { } declarations;
      fallback = if declaration ? default then [ { file = (head declarations).file; value = weigh priorities.fallback declaration.default; } ] else [ ];
      merged = merge path (declaration.type or types.anything) (definitions ++ fallback);
    in
    declaration // {
      inherit path;
      declaredIn = catAttrs "file" declarations;
      isDefined = definitions != [ ];
      value = (declaration.apply or identity) merged;
    };

  values = tree: if marked "option" tree then tree.value else mapAttrs (_: values) tree;

  evaluate = { modules, arguments ? { }, path ? [ ] }:
    let
      everything = arguments // { inherit config options lib; };
      flat = collect everything "<modules>" modules;
      options = grow path
        (map (m: { inherit (m) file options; }) flat)
        (map (m: { inherit (m) file; value = m.config; }) flat);
      config = mapAttrs (_: values) options;
    in
    { inherit config options; };

  lib = {
    inherit types when option evaluate priorities unique keepAttrs listAttrs optional;
    all = gather;
    force = weigh priorities.force;
    preset = weigh priorities.preset;
    early = order 500;
    late = order 1500;
  };
in
lib
