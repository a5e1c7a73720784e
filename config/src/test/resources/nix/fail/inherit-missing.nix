{ inherit ({ }) a; }
