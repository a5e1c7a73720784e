{ a ? 1, b }: { sum = a + b; }
