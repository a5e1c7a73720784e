[ ''one'' ''  two'' ''three  '' '''' '' '' ]
