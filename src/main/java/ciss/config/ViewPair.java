package ciss.config;

/** Two views whose features the invariance loss draws together; written {@code [first, second]}. */
public record ViewPair(View first, View second) {}
