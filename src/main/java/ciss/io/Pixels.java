package ciss.io;

/**
 * Decoded 8-bit samples {@code [height][width][channels]}: three channels are B,G,R, one channel holds labels or grey
 * values as stored.
 */
public record Pixels(int height, int width, int channels, byte[] values) {}
