[ (dirOf "a/b") (dirOf "a") (dirOf "/a") (dirOf "/") (dirOf "a/b/") (baseNameOf "a/b") (baseNameOf "a/") (baseNameOf "/") (baseNameOf "") (dirOf "") (baseNameOf "a//") (dirOf "a//b") ]
