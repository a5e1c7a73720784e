{ pkgs, lib, config, ... }:
{ a = { x }: x; b = { x, y ? 1, ... }@args: args; c = args@{ x, ... }: { inherit x; result = y: { z = y; };
}; d = {}: 1; e = {...}: 1; f = { x }: y: { z }: x; }
