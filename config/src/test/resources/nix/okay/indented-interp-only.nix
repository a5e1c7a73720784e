let a = 1; in [ ''${toString a}'' ''  ${toString a}'' ''
  ${toString a}'' ]
