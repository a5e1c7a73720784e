{
	a = 1;
		# a comment
	b = [
		1
		2
	];
}
