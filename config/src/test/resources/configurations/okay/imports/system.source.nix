# Lists are joined, imported files first; scalars may be said twice when they agree.
{
  imports = [ ./users.nix ./machines ];
  system.hostname = "study";
  users.dad.groups = [ "from-entry" ];
}
