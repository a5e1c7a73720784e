# A package is a machine; another file may say more of the same machine.
{
  imports = [ { vms.browser.memory = "2G"; vms.game.kernel = { features = [ "VFIO" ]; }; } ];
  vms.browser = firefox.override { profile = "work"; };
  vms.game.kernel = kernel.override { preempt = "full"; };
}
