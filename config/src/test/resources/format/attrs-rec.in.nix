rec { x = 1;
y = rec { z = x; }; w = rec{a=1;b=a;c=[1 2 3];d="a long string so that this set no longer fits on its line";}; }
