let double = x: x * 2; compose = f: g: x: f (g x);
  mkHost = name: { system ? "x86_64-linux", modules ? [] }: nixosSystem { inherit system; modules = modules ++ [ ./hosts/${name}.nix ]; };
in { inherit double compose mkHost; }
