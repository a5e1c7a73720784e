{
  vms.work = {
    with.profile = "kids";
  };
}
