# A family's machines and programs, in the dialect.
with {
  firefox = { name = "firefox"; override = settings: { name = "firefox"; } // settings; };
  vscode-environment = "vscode-environment";
  libreoffice-environment = "libreoffice-environment";
  minecraft-vm = "minecraft-vm";
  vlc = "vlc";
};
{
  # Each family member gets isolated VMs
  users = {
    dad = {
      vms.browser = firefox.override { profile = "work"; };
      vms.development = vscode-environment;
      input.inherit = true;
    };

    kid1 = {
      vms.browser = firefox.override {
        profile = "kids";
        content_filter = true;
      };
      vms.homework = libreoffice-environment;
      vms.gaming = minecraft-vm;
    };
  };

  # But they can share when needed
  shared.vms.movie-player = {
    package = vlc;
    input.domains = ["dad", "mom", "kid1", "kid2"];
    output.monitor = 4;  # Living room TV
  };
}
