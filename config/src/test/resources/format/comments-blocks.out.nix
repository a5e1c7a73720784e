/* The file
   does this. */
{
  /* A block
     that moves with its line

       and keeps its shape
  */
  a = 1;
  b = 2;
  /* behind
  a value */
  /**
    A doc comment.

    # Example
  */
  c = x: /* inline */ x;
  d = [ 1 /* one */ 2 /* two */ ];
  /*
   * with stars
   */
  e = f /* between */ x;
}
