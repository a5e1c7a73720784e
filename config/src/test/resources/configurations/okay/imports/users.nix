{ lib, ... }:
{
  system.hostname = "study";
  users.dad.groups = [ "from-import" (lib.toUpper "x") ];
}
