{
  users.dad.input.domain = "dad";
  vms.work.input = {
    inherit = true;
  };
}
