''
    a

  
      b
        
    c
''
