# user-env.nix
{ pkgs, lib, ... }:
{
  # Each user gets their own environment
  users.dad = {
    # Applications built specifically for this user
    packages = [
      (firefox.withProfile ./dad-profile)
      (emacs.withConfig ./doom.d)
      (terminal.withShell "zsh")
    ];
    
    # Input routing
    input.domain = "dad";
    input.vim_everywhere = true;
    
    # VM templates
    vms = {
      work = {
        base = "ubuntu-22.04";
        packages = ["docker", "kubectl"];
        input.inherit = true;
      };
      
      banking = {
        base = "hardened-alpine";
        network = "isolated";
        clipboard = "disabled";
      };
    };
  };
}
