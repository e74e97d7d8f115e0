package ciss.data.scene;

/**
 * A drawn picture with its annotation.
 *
 * @param rgb 8-bit sRGB [height, width, 3]
 * @param labels train ids 0..18 [height, width]
 */
public record ScenePicture(int height, int width, byte[] rgb, byte[] labels) {}
