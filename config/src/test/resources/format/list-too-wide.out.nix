{
  ports = [
    "80/tcp"
    "443/tcp"
    "8080/tcp"
    "8443/tcp"
    "5432/tcp"
    "6379/tcp"
    "9090/tcp"
    "9100/tcp"
    "3000/tcp"
  ];
}
