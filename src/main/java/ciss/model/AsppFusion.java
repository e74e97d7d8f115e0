package ciss.model;

import ciss.model.SegmentorOptions.FusionOptions;
import ciss.nn.ConvUnit;
import ciss.nn.DenseUnit;
import ciss.nn.Network;
import ciss.nn.NetworkTables;
import ciss.nn.Pass;
import ciss.nn.SeparableUnit;
import ciss.tensor.Backend;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.util.ArrayList;
import java.util.List;

/**
 * Atrous spatial pyramid pooling (method.md 1.2, steps 3 and 4): one branch per dilation, concatenated, then a 3x3
 * bottleneck. Dilation 1 is a 1x1 unit; the others are depthwise-separable 3x3 units, or full ones.
 */
final class AsppFusion implements Fusion {
  private final Backend backend;
  private final int channels;
  private final List<ConvUnit> branches = new ArrayList<>();
  private final ConvUnit bottleneck;

  /** Adds {@code aspp_modules.<i>} and {@code bottleneck}. */
  static void declare(NetworkTables.Builder tables, String prefix, FusionOptions options, int in, int channels) {
    int[] dilations = options.dilations();
    for (int i = 0; i < dilations.length; i++) {
      String branch = prefix + ".aspp_modules." + i;
      if (dilations[i] > 1 && options.separable()) {
        SeparableUnit.declare(tables, branch, in, channels);
      } else {
        DenseUnit.declare(tables, branch, in, channels, kernel(dilations[i]));
      }
    }
    DenseUnit.declare(tables, prefix + ".bottleneck", dilations.length * channels, channels, 3);
  }

  private static int kernel(int dilation) {
    return dilation > 1 ? 3 : 1;
  }

  AsppFusion(Network network, String prefix, FusionOptions options, int channels) {
    this.backend = network.backend();
    this.channels = channels;
    int[] dilations = options.dilations();
    for (int i = 0; i < dilations.length; i++) {
      String branch = prefix + ".aspp_modules." + i;
      branches.add(
          dilations[i] > 1 && options.separable()
              ? new SeparableUnit(network, branch, dilations[i])
              : new DenseUnit(network, branch, kernel(dilations[i]), dilations[i]));
    }
    this.bottleneck = new DenseUnit(network, prefix + ".bottleneck", 3, 1);
  }

  /** Room for the outputs of the branches over a map of the size of {@code x}. */
  private Tensor takeBranches(Workspace.Frame frame, Tensor x) {
    return frame.take(x.dtype(), Shape.of(branches.size(), x.size(-4), x.size(-3), x.size(-2), channels));
  }

  @Override
  public Run forward(Pass pass, Tensor x, Tensor y) {
    try (Workspace.Frame frame = backend.workspace().frame()) {
      Tensor concatenated = takeBranches(frame, x);
      List<ConvUnit.Run> runs = new ArrayList<>();
      for (int i = 0; i < branches.size(); i++) {
        runs.add(branches.get(i).forward(pass, x, concatenated.at(i)));
      }
      return new AsppRun(runs, bottleneck.forward(pass, concatenated, y));
    }
  }

  private final class AsppRun implements Run {
    private final List<ConvUnit.Run> runs;
    private final ConvUnit.Run fused;

    AsppRun(List<ConvUnit.Run> runs, ConvUnit.Run fused) {
      this.runs = runs;
      this.fused = fused;
    }

    @Override
    public int branches() {
      return runs.size();
    }

    @Override
    public void branchOutputs(Tensor y) {
      for (int i = 0; i < runs.size(); i++) {
        runs.get(i).activation(y.at(i));
      }
    }

    @Override
    public void output(Tensor y) {
      fused.activation(y);
    }

    @Override
    public void backward(Tensor x, Tensor dy, Tensor dBranches, Tensor dx, boolean accumulate) {
      try (Workspace.Frame frame = backend.workspace().frame()) {
        Tensor dConcatenated = dBranches;
        if (!dy.isAbsent()) {
          Tensor concatenated = takeBranches(frame, x);
          branchOutputs(concatenated);
          fused.backward(concatenated, dy, concatenated, false);
          if (!dBranches.isAbsent()) {
            backend.accumulate(dBranches, concatenated);
          }
          dConcatenated = concatenated;
        }
        for (int i = 0; i < runs.size(); i++) {
          // All branches read x: the first may overwrite its gradient, the others add.
          runs.get(i).backward(x, dConcatenated.at(i), dx, accumulate || i > 0);
        }
      }
    }
  }
}
