package ciss.tensor.cuda;

/** A process of its own that prints what {@code ciss doctor} finds of CUDA. */
final class CudaFindings {
  private CudaFindings() {}

  /** A line per finding, {@code found|missing subject: text}, then {@code usable} or {@code obstacle <why>}. */
  public static void main(String[] arguments) {
    for (CudaMachine.Finding finding : CudaMachine.findings()) {
      System.out.println((finding.found() ? "found " : "missing ") + finding.subject() + ": " + finding.text());
    }
    System.out.println(CudaMachine.obstacle().map(why -> "obstacle " + why).orElse("usable"));
  }
}
