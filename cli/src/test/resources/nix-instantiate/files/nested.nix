let
  area = shape: shape.width * shape.hight;
  total = shapes: builtins.foldl' (sum: shape: sum + area shape) 0 shapes;
in
{
  one = area { width = 2; hight = 3; };
  all = total [ { width = 1; height = 1; } ];
  context = builtins.addErrorContext "while working out the area" (area { });
	tab = "	" + 1;
  lines = throw "first line\n  second line\n\nlast line  ";
}
