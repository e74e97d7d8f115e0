package ciss.data.scene;

/**
 * A street drawn from a seed: ground, houses, plants, furniture, traffic and people, seen from a car in the right lane.
 * The same scene can be photographed in any {@link Condition} and at any size.
 */
public final class StreetScene {
  final World world = new World();
  final Ground ground;
  final long seed;
  private final float cameraX;
  private final float cameraY;
  private final float yaw;
  private final float pitch;
  private final float fieldOfView;

  /** Draws the scene of a seed. */
  public StreetScene(long seed) {
    this.seed = seed;
    SceneRandom random = new SceneRandom(seed);
    boolean rails = random.chance(0.5);
    ground = Ground.draw(random.fork(1), rails);
    double lane = rails ? 1.6 + ground.laneWidth() / 2 : ground.laneWidth() / 2;
    cameraX = (float) lane + random.range(-0.35, 0.35);
    cameraY = random.range(1.35, 1.95);
    yaw = (float) Math.toRadians(random.range(-4, 4));
    pitch = (float) Math.toRadians(random.range(-5.5, -1.5));
    fieldOfView = (float) Math.toRadians(random.range(50, 62));
    Surroundings.build(this, random.fork(2));
    Traffic.build(this, random.fork(3));
    Paint white = Paint.of(1, 0.95, 0.85);
    world.add(Lamp.beam(cameraX, 0.7, 1.2, white, 10, StrictMath.sin(yaw), StrictMath.cos(yaw)));
  }

  View camera(int width, int height) {
    return View.camera(width, height, cameraX, cameraY, yaw, pitch, fieldOfView);
  }

  float cameraX() {
    return cameraX;
  }

  /**
   * Photographs the scene.
   *
   * @param height rows, width: columns of the picture; both at least 16
   * @return picture and labels, the same bytes on every machine
   */
  public ScenePicture photograph(Condition condition, int height, int width) {
    SceneRandom random = new SceneRandom(seed).fork(100 + condition.ordinal());
    Weather weather = Weather.draw(condition, random);
    return new Photograph(this, weather, random, height, width).develop();
  }
}
