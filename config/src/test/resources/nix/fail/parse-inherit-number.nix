{ inherit ({ }) 1; }
