[ (1 == "1") (null == false) ([ ] == { }) ("a" == /a) (true == true) (null == null) (null == 0) ]
