# the file

# the set
{
  # first

  # second
  a = 1;
  b =
    # why
    2;
  c = [
      # inside
      1

      # between

      2
      # last
  ];

  # nothing more
}


# after all
# of it

