[ http://example.org/a?b=c%20d x:x mailto:a@b.c ]
