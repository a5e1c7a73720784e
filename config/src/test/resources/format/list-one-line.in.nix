{ a = [1 2 3]; b = [ [1] [2 3] ]; c = [(f x) (g y)]; d = ["one" ./two <three> 4.5 null]; }
