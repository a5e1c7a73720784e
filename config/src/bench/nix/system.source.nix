# A system as its owner writes it, in the dialect: commas in lists, keywords after a dot.
with {
  firefox = { name = "firefox"; override = settings: { name = "firefox"; } // settings; };
  vscode = { name = "vscode"; override = settings: { name = "vscode"; } // settings; };
  vim-vixen = "vim-vixen";
  ublock-origin = "ublock-origin";
  vim = "vim";
  rust-analyzer = "rust-analyzer";
};
{
  # Define the entire system
  system = {
    kernel = {
      version = "6.6";
      features = ["PREEMPT", "NO_HZ_FULL", "VFIO"];
      patches = [./gaming-latency.patch];
    };

    # Input router configuration
    input = {
      domains = {
        dad = {
          devices = ["keyboard:046D:C31C", "mouse:046D:C077"];
          monitors = [1, 2];
          default_apps = ["firefox-work", "vscode", "terminal"];
        };

        gaming = {
          devices = ["keyboard:1532:0221", "mouse:1532:0073"];
          monitors = [3];
          exclusive = true;
          direct_input = true;
        };
      };
    };

    # Applications to pre-build
    applications = {
      firefox-work = firefox.override {
        profile = ./work-profile;
        extensions = [vim-vixen, ublock-origin];
        vim_mode = true;
      };

      vscode = vscode.override {
        extensions = [vim, rust-analyzer];
        integrated_terminal = "zsh";
      };
    };
  };
}
