# gaming.nix
{
  vms.gaming = {
    kernel = kernel.override {
      preempt = "full";
      timer_hz = 1000;
      no_debug = true;
    };
    
    gpu_passthrough = "/dev/dri/card1";
    cpu_pinning = [4, 5, 6, 7];  # Dedicated cores
    
    input = {
      devices = ["gaming-keyboard", "gaming-mouse"];
      exclusive = true;
      raw_mode = true;  # Bypass all processing
    };
  };
}
