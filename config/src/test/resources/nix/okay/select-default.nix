[ ({ }.a or 1) ({ a = 2; }.a or 1) ({ a = { }; }.a.b.c or 3) ((1).a or 4) ({ a = 1; }.a.b or 5) ]
