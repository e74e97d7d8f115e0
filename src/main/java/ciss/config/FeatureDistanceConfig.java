package ciss.config;

import java.util.List;

/**
 * Distance to the features of a frozen ImageNet network.
 *
 * @param classes train ids, or null for all
 * @param minRatio null only where weight is 0
 */
public record FeatureDistanceConfig(
    @Key(value = "0.005", reference = "uda.imnet_feature_dist_lambda", doc = "0 = no ImageNet network") double weight,
    @Key(
            value = "[6,7,11,12,13,14,15,16,17,18]",
            nullable = true,
            reference = "uda.imnet_feature_dist_classes",
            doc = "train ids the distance looks at; null = all")
        List<Integer> classes,
    @Key(
            value = "0.75",
            nullable = true,
            reference = "uda.imnet_feature_dist_scale_min_ratio",
            doc = "a feature pixel counts if one class covers at least this share of it")
        Double minRatio) {}
