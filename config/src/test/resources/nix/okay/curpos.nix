{ a = __curPos.line;
  b = __curPos.column; c = baseNameOf __curPos.file; }
