package ciss.train;

import ciss.model.SegmentorOptions;

/**
 * Everything that defines a training but its data.
 *
 * @param uda null: supervised training on the source
 * @param lossWeight of the cross entropy (loss_decode.loss_weight)
 * @param mean per channel (RGB), of the normalisation of the images
 */
public record TrainerOptions(
    SegmentorOptions model,
    UdaOptions uda,
    AdamW.Options optimizer,
    LearningRate schedule,
    double lossWeight,
    long seed,
    float[] mean,
    float[] std) {}
