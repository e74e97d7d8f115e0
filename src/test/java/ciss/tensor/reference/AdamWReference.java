package ciss.tensor.reference;

import ciss.tensor.OptimizerOps.AdamWGroup;
import java.util.List;

/** AdamW with decoupled weight decay (method.md 2.9), in place on doubles. */
final class AdamWReference {
  private AdamWReference() {}

  static void step(
      List<AdamWGroup> groups,
      double beta1,
      double beta2,
      double eps,
      long step,
      double[] gradients,
      double[] parameters,
      double[] firstMoment,
      double[] secondMoment) {
    double correction1 = 1 - Math.pow(beta1, step);
    double correction2 = 1 - Math.pow(beta2, step);
    for (AdamWGroup group : groups) {
      for (int i = (int) group.offset(); i < group.offset() + group.length(); i++) {
        double g = gradients[i];
        parameters[i] *= 1 - group.lr() * group.weightDecay();
        firstMoment[i] = beta1 * firstMoment[i] + (1 - beta1) * g;
        secondMoment[i] = beta2 * secondMoment[i] + (1 - beta2) * g * g;
        double scale = Math.sqrt(secondMoment[i]) / Math.sqrt(correction2) + eps;
        parameters[i] -= group.lr() / correction1 * firstMoment[i] / scale;
      }
    }
  }
}
