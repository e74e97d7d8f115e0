package ciss.data.scene;

import java.util.ArrayList;
import java.util.List;

/**
 * Who moves or stands on the street: queues of vehicles per lane, parked ones, pedestrians, cyclists, perhaps a tram.
 */
final class Traffic {
  private final World world;
  private final Ground ground;
  private final SceneRandom random;

  private enum Vehicle {
    CAR,
    TRUCK,
    BUS,
    MOTORCYCLE,
    BICYCLE
  }

  /** A driving lane: where it is, which way it goes, and how far it is already taken. */
  private static final class Lane {
    final double lateral;
    final boolean away;
    double taken;

    Lane(double lateral, boolean away, double taken) {
      this.lateral = lateral;
      this.away = away;
      this.taken = taken;
    }
  }

  private Traffic(StreetScene scene, SceneRandom random) {
    world = scene.world;
    ground = scene.ground;
    this.random = random;
  }

  static void build(StreetScene scene, SceneRandom random) {
    Traffic t = new Traffic(scene, random);
    t.driving();
    for (int side = -1; side <= 1; side += 2) {
      t.parked(side);
      t.sidewalk(side);
    }
    t.crossing();
  }

  private void driving() {
    double start = Math.max(0, ground.crossing() + 4);
    double lane = ground.rails() ? 1.6 + ground.laneWidth() / 2 : ground.laneWidth() / 2;
    Lane own = new Lane(lane, true, Math.max(start, random.range(7.5, 15)));
    Lane oncoming = new Lane(-lane, false, Math.max(start, random.range(5, 9)));
    List<Vehicle> queue = new ArrayList<>();
    addWith(queue, Vehicle.BUS, 0.32);
    addWith(queue, Vehicle.TRUCK, 0.36);
    addWith(queue, Vehicle.MOTORCYCLE, 0.5);
    addWith(queue, Vehicle.BICYCLE, 0.6);
    int cars = 2 + random.below(4);
    for (int i = 0; i < cars; i++) {
      queue.add(random.below(queue.size() + 1), Vehicle.CAR);
    }
    for (Vehicle vehicle : queue) {
      drive(vehicle, random.chance(0.5) ? own : oncoming);
    }
    if (ground.rails() && random.chance(0.8)) {
      double length = 27;
      double z = Math.max(start, random.range(7, 26)) + length / 2;
      LargeVehicles.tram(world, ground.frame(0, z, random.chance(0.5) ? 0 : Math.PI), random);
    }
  }

  private void addWith(List<Vehicle> queue, Vehicle vehicle, double probability) {
    if (random.chance(probability)) {
      queue.add(random.below(queue.size() + 1), vehicle);
    }
  }

  private void drive(Vehicle vehicle, Lane lane) {
    double length =
        switch (vehicle) {
          case CAR -> 4.6;
          case TRUCK -> 9;
          case BUS -> 12.5;
          case MOTORCYCLE, BICYCLE -> 2.2;
        };
    double middle = lane.taken + length / 2;
    lane.taken += length + random.range(2, 9);
    double lateral = lane.lateral + random.range(-0.25, 0.25);
    Frame at = ground.frame(lateral, middle, lane.away ? 0 : Math.PI);
    Frame facing = Frame.at(at.x(), at.z(), 0);
    switch (vehicle) {
      case CAR -> Cars.add(world, at, random, true);
      case TRUCK -> LargeVehicles.truck(world, at, random);
      case BUS -> LargeVehicles.bus(world, at, random);
      case MOTORCYCLE -> TwoWheelers.motorcycleFromBehind(world, facing, random, true, lane.away);
      case BICYCLE -> TwoWheelers.bicycleFromBehind(world, facing.shifted(lane.away ? 0.7 : -0.7, 0), random, true,
          lane.away);
    }
  }

  private void parked(int side) {
    boolean room = !ground.rails() && ground.half() > 1.6 * ground.laneWidth();
    if (!room || !random.chance(0.7)) {
      return;
    }
    double z = random.range(4, 9);
    while (z < 80) {
      if (random.chance(0.7)) {
        Frame at = ground.frame(side * (ground.half() - 1.05), z + 2.3, side > 0 ? 0 : Math.PI);
        Cars.add(world, at, random, false);
      }
      z += 5.6;
    }
  }

  private void sidewalk(int side) {
    double inner = ground.half() + ground.verge()[side < 0 ? 0 : 1] + 0.5;
    double outer = ground.border(side) - 0.3;
    int people = 1 + random.below(4);
    for (int i = 0; i < people; i++) {
      Frame at = ground.frame(side * random.range(inner + 0.4, outer), random.range(5, 26), 0);
      People.pedestrian(world, Frame.at(at.x(), at.z(), random.chance(0.5) ? 0 : Math.PI), random);
    }
    double die = random.uniform();
    if (die < 0.55) {
      double z = random.range(5.5, 14);
      int count = 1 + random.below(3);
      for (int i = 0; i < count; i++) {
        Frame at = ground.frame(side * (inner + 0.5), z + 0.9 * i, 0);
        Frame turned = Frame.at(at.x(), at.z(), random.chance(0.5) ? 0.2 : Math.PI - 0.2);
        if (die < 0.32) {
          TwoWheelers.bicycleFromSide(world, turned, random, false);
        } else {
          TwoWheelers.motorcycleFromSide(world, turned, random, false);
        }
      }
    }
  }

  /** People, and riders in side view, who cross the street in front of the camera. */
  private void crossing() {
    if (ground.crossing() < 0 && !random.chance(0.35)) {
      return;
    }
    double z = ground.crossing() >= 0 ? ground.crossing() + 0.6 : random.range(6, 9);
    int people = random.below(3);
    for (int i = 0; i < people; i++) {
      double lateral = random.range(-0.8, 0.9) * ground.half();
      Frame at = ground.frame(lateral, z + random.range(0, 1.6), 0);
      People.pedestrian(world, Frame.at(at.x(), at.z(), random.chance(0.5) ? 0 : Math.PI), random);
    }
    if (random.chance(0.6)) {
      Frame at = ground.frame(random.range(-0.8, 0.8) * ground.half(), z + 2, 0);
      Frame turned = Frame.at(at.x(), at.z(), random.chance(0.5) ? 0 : Math.PI);
      if (random.chance(0.5)) {
        TwoWheelers.bicycleFromSide(world, turned, random, true);
      } else {
        TwoWheelers.motorcycleFromSide(world, turned, random, true);
      }
    }
  }
}
