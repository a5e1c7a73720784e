{
  vms.database = {
    package = hello;
    secrets.db = "/etc/keys/db";
    secrets.token = ./keys/token.age;
    secrets.home = /home/dad/.netrc;
  };
}
