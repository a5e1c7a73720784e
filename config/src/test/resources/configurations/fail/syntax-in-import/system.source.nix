{
  imports = [ ./broken.nix ];
  system.hostnam = "x";
}
