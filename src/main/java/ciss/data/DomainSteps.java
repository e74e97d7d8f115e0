package ciss.data;

import ciss.data.Resize.Size;

/**
 * How the pictures of one domain become training samples.
 *
 * @param resize box that the picture is fitted into, keeping its ratio; null = as stored
 * @param crop random crop; a picture that is smaller in one direction is taken whole there
 * @param maxClassShare crops in which one class has at least this share of the labelled pixels are drawn again, at most
 *     ten times; 1 = never
 * @param flip probability of mirroring left and right
 * @param photometric random brightness, contrast, saturation and hue (8-bit pictures only)
 * @param pad size of the sample; smaller crops are filled up at the bottom and the right
 */
public record DomainSteps(
    Size resize, Size crop, double maxClassShare, double flip, boolean photometric, Size pad) {}
