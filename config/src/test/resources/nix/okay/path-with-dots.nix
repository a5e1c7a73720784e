map baseNameOf [ ./data/../data/./text.txt ./data/dir/.. ../okay ]
