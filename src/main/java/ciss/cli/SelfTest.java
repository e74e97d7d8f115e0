package ciss.cli;

import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.LinearOps.LinearDims;
import ciss.tensor.Shape;
import ciss.tensor.Storage;
import ciss.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A linear layer and a layer norm on a backend, compared with the same sums in double: oneDNN, our kernels and the thread
 * pool in one go, in a few milliseconds.
 */
final class SelfTest implements AutoCloseable {
  private static final int ROWS = 200;
  private static final int CHANNELS = 48;
  private static final double EPS = 1e-5;

  private final Backend backend;
  private final List<Storage> storages = new ArrayList<>();

  SelfTest(Backend backend) {
    this.backend = backend;
  }

  /** The largest difference from the sums in double; values are about 1. */
  double largestError() {
    float[] x = pattern(ROWS * CHANNELS, 7);
    float[] weight = pattern(CHANNELS * CHANNELS, 5);
    float[] ones = new float[CHANNELS];
    Arrays.fill(ones, 1f);
    float[] zeros = new float[CHANNELS];
    Tensor y = tensor(new float[ROWS * CHANNELS], ROWS, CHANNELS);
    LinearDims dims = LinearDims.of(ROWS, CHANNELS, CHANNELS);
    backend.linear(dims, tensor(x, ROWS, CHANNELS), tensor(weight, CHANNELS, CHANNELS), tensor(zeros, CHANNELS), y);
    Tensor mean = tensor(new float[ROWS], ROWS);
    Tensor rstd = tensor(new float[ROWS], ROWS);
    backend.layerNorm(y, tensor(ones, CHANNELS), tensor(zeros, CHANNELS), EPS, y, mean, rstd);
    MemorySegment actual = backend.hostBytes(y);
    double largest = 0;
    for (int row = 0; row < ROWS; row++) {
      double[] expected = normalized(products(x, weight, row));
      for (int c = 0; c < CHANNELS; c++) {
        double error = Math.abs(actual.getAtIndex(ValueLayout.JAVA_FLOAT, (long) row * CHANNELS + c) - expected[c]);
        largest = Math.max(largest, error);
      }
    }
    return largest;
  }

  private static double[] products(float[] x, float[] weight, int row) {
    double[] sums = new double[CHANNELS];
    for (int out = 0; out < CHANNELS; out++) {
      for (int in = 0; in < CHANNELS; in++) {
        sums[out] += (double) x[row * CHANNELS + in] * weight[out * CHANNELS + in];
      }
    }
    return sums;
  }

  private static double[] normalized(double[] values) {
    double mean = 0;
    for (double value : values) {
      mean += value / CHANNELS;
    }
    double variance = 0;
    for (double value : values) {
      variance += (value - mean) * (value - mean) / CHANNELS;
    }
    double[] result = new double[CHANNELS];
    for (int c = 0; c < CHANNELS; c++) {
      result[c] = (values[c] - mean) / Math.sqrt(variance + EPS);
    }
    return result;
  }

  /** Values in [-1, 1] without a short period. */
  private static float[] pattern(int length, int step) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = ((long) i * i * step + i) % 1009 / 504f - 1;
    }
    return values;
  }

  private Tensor tensor(float[] values, int... sizes) {
    Storage storage = backend.allocate((long) values.length * Float.BYTES);
    storages.add(storage);
    Tensor tensor = Tensor.of(storage, 0, Shape.of(sizes), DType.F32);
    try (Arena arena = Arena.ofConfined()) {
      backend.upload(arena.allocateFrom(ValueLayout.JAVA_FLOAT, values), tensor);
    }
    return tensor;
  }

  @Override
  public void close() {
    storages.forEach(Storage::close);
  }
}
