/**
 * A world of street scenes, drawn from a seed: pictures with labels for the demo and for tests, without any data set.
 * A {@link ciss.data.scene.StreetScene} is photographed in a {@link ciss.data.scene.Condition}; {@code Photograph} is
 * the place to start reading.
 */
@org.jspecify.annotations.NullMarked
package ciss.data.scene;
