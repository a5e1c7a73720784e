{
  # Define the entire system
  system = {
    kernel = {
      version = "6.6";
      features = [ "PREEMPT", "NO_HZ_FULL", "VFIO" ];
      patches = [ ./gaming-latency.patch ];
    };
    applications = {
      firefox-work = firefox.override {
        profile = ./work-profile;
        extensions = [ vim-vixen ublock-origin ];
        vim_mode = true;
      };
      vscode = vscode.override {
        integrated_terminal = "zsh";
      };
    };
    input.inherit = true;
  };
}
