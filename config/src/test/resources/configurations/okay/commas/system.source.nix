{
  users.dad.groups = ["audio", "video",];
  vms.work.input.inherit = true;
  vms.work.ports = [3000, "8080:80"];
}
