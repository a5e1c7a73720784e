{ lib, ... }: { options.system.hostname = lib.mkOption { type = lib.types.str; }; config = { }; }
