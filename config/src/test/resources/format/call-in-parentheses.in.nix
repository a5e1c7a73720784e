{
  config = mkIf cfg.enable (mkMerge [ { a = 1; } (mkIf cfg.b { b = 2; c = "a string to make this longer than one line"; }) ]);
  patches = [ (fetchpatch { url = "https://example.org/fix.patch"; hash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAA="; }) ];
  modules = [ (lib.mkRenamedOptionModule [ "services" "old" "name" "of" "option" ] [ "services" "new" "name" ]) ];
  final = stdenv.mkDerivation (finalAttrs: { pname = "x"; version = "1"; src = fetch finalAttrs.version; doCheck = true; });
  toplevel = concatMapStringsSep "\n" (user: "user ${user.name} with home ${user.home}") (attrValues config.users.users);
  overlay = (self: super: { x = 1;
  });
}
