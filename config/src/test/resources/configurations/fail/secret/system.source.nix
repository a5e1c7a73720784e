{
  vms.database = {
    package = hello;
    secrets.inline = "correct horse battery staple";
    secrets.plain = ./password.txt;
    secrets.number = 1234567;
    secrets.good = "/etc/keys/db";
    secrets.better = ./token.age;
  };
}
