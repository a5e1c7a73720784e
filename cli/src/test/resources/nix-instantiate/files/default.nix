{ name ? "nobody", ... }@all:
{
  greeting = "hello ${name}";
  names = builtins.attrNames all;
}
