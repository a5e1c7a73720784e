# family.nix
{
  # Each family member gets isolated VMs
  users = {
    dad = {
      vms.browser = firefox.override { profile = "work"; };
      vms.development = vscode-environment;
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
