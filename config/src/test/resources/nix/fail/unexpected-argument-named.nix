let set = { fn = { name, value }: 1; }; in set.fn { nam = 1; name = 2; value = 3; }
