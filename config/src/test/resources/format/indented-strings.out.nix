{
  a = ''
    moved as a whole
      with what is further in

    ${interpolation} and ''${escaped} and '''
  '';
  b = ''no first line
      stays as it is'';
  c = ''
	tab
     stays
   '';
  d = ''
    ends in text'';
  e = f ''
    an argument
  '' { x = 1; };
  g = [
    ''
      an element
    ''
  ];
  h = ''
      ${if x then ''
        an inner string
      '' else ""}
  '';
}
