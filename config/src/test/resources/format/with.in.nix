{ a = with lib; [ x y ]; b = with pkgs; [
  firefox
  thunderbird ]; c = with lib; with pkgs; [
   a
   ]; d = with builtins; map toString (filter isInt [ 1 2 "three" 4 5 "six" 7 8 "nine" 10 11 "twelve" 13 14 ]);
  meta = with lib; { description = "A program that greets"; license = licenses.gpl3Plus; maintainers = [ ]; }; }
