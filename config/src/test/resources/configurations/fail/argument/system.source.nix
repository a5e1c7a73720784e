{ lib, pkg }: { system.hostname = "x"; }
