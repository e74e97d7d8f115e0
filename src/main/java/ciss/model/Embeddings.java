package ciss.model;

import ciss.nn.Linear;
import ciss.nn.Network;
import ciss.nn.NetworkTables;
import ciss.tensor.Axis;
import ciss.tensor.Backend;
import ciss.tensor.ParameterTable.Init;
import ciss.tensor.ResampleOps.ResizeDims;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.util.ArrayList;
import java.util.List;

/**
 * Embeds the encoder's maps to one width, resizes them to the size of the first and puts them side by side: slab i of the
 * result is map i.
 */
final class Embeddings {
  private final Backend backend;
  private final List<Linear> layers = new ArrayList<>();

  /** Adds {@code <prefix>.<i>.proj} for each map, with PyTorch's default initialisation. */
  static void declare(NetworkTables.Builder tables, String prefix, int[] channels, int width) {
    for (int i = 0; i < channels.length; i++) {
      Init uniform = new Init.Uniform(1 / Math.sqrt(channels[i]));
      Linear.declare(tables, prefix + "." + i + ".proj", uniform, uniform, channels[i], width);
    }
  }

  Embeddings(Network network, String prefix) {
    this.backend = network.backend();
    for (int i = 0; i < MitVariant.STAGES; i++) {
      layers.add(new Linear(network, prefix + "." + i + ".proj"));
    }
  }

  private static boolean sameSize(Tensor map, Tensor slab) {
    return map.size(1) == slab.size(1) && map.size(2) == slab.size(2);
  }

  private static ResizeDims resize(Tensor map, Tensor slab) {
    Axis y = Axis.bySize(map.size(1), slab.size(1));
    Axis x = Axis.bySize(map.size(2), slab.size(2));
    return new ResizeDims(map.size(0), y, x, slab.size(3));
  }

  private static Tensor embeddingOf(Workspace.Frame frame, Tensor map, Tensor slab) {
    return frame.take(slab.dtype(), Shape.of(map.size(0), map.size(1), map.size(2), slab.size(3)));
  }

  /**
   * @param maps {@code [n,h_i,w_i,c_i]}
   * @param y {@code [maps,n,h_0,w_0,width]}, overwritten
   */
  void forward(List<Tensor> maps, Tensor y) {
    for (int i = 0; i < layers.size(); i++) {
      Tensor map = maps.get(i);
      Tensor slab = y.at(i);
      if (sameSize(map, slab)) {
        layers.get(i).forward(map, slab);
        continue;
      }
      try (Workspace.Frame frame = backend.workspace().frame()) {
        Tensor embedded = embeddingOf(frame, map, slab);
        layers.get(i).forward(map, embedded);
        backend.resize(resize(map, slab), embedded, slab);
      }
    }
  }

  /** Adds the gradients of the parameters and those of the maps. */
  void backward(List<Tensor> maps, Tensor dy, List<Cotangent> dMaps) {
    for (int i = 0; i < layers.size(); i++) {
      Tensor map = maps.get(i);
      Tensor dSlab = dy.at(i);
      try (Workspace.Frame frame = backend.workspace().frame()) {
        Tensor dEmbedded = dSlab;
        if (!sameSize(map, dSlab)) {
          dEmbedded = embeddingOf(frame, map, dSlab);
          backend.resizeBackward(resize(map, dSlab), dSlab, dEmbedded);
        }
        Cotangent dMap = dMaps.get(i);
        if (dMap.exists()) {
          layers.get(i).backwardAccumulate(map, dEmbedded, dMap.tensor());
        } else {
          layers.get(i).backward(map, dEmbedded, dMap.created());
        }
      }
    }
  }
}
