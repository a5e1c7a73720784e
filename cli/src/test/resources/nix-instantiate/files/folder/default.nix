{ here = __curPos.file; path = ./x; outside = ../y; }
