package ciss.data;

/**
 * How a sample came about, for messages and logs.
 *
 * @param source name of the source picture
 * @param target name of the target picture; null = none
 * @param rareClass the class that was drawn; -1 without rare class sampling
 * @param runs how often crops were drawn until enough of that class was in
 * @param plan crops and flips; crops in pixels after resizing and central crop
 */
public record SampleInfo(String source, String target, int rareClass, int runs, PairPipeline.Plan plan) {}
