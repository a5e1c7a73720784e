{
  imports = [ ./family.nix ./missing.nix ];
  system = {
    hostnme = "study";
    kernel.version = 6.6;
    kernel.timer_hz = 500;
    input.domains.dad.devices = "keyboard:046D:C31C";
    applications.browser = firefox.override { profil = ./x; vim_mode = "yes"; };
    applications.a = firefx;
  };
  vms.gaming.network = "usr";
  vms.gaming.memory = "lots";
}
