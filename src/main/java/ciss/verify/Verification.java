package ciss.verify;

import ciss.error.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Walks a folder of reference cases and replays those whose kind is known. */
public final class Verification {

  /**
   * What came of one case.
   *
   * @param status passed, failed, or skipped because no code knows the kind
   * @param worst the result that is worst in terms of its bound
   * @param share its error as a share of the bound
   * @param factor what the stored bound was multiplied by
   * @param detail place and values of the worst difference, or the error message
   * @param error what was thrown, or null
   */
  public record Outcome(
      String kind, String name, Status status, String worst, double share, double factor, String detail, Throwable error) {

    /** One line for people: kind, case, worst result, share of the bound. */
    public String line() {
      String head = String.format(Locale.ROOT, "%-4s %-22s %-28s ", status.word, kind, name);
      String bound = factor == 1 ? "bound" : String.format(Locale.ROOT, "%.0f times the bound", factor);
      return switch (status) {
        case PASSED -> head + String.format(Locale.ROOT, "%s  %.2g of %s", worst, share, bound);
        case FAILED -> head + (error != null
            ? detail
            : String.format(Locale.ROOT, "%s  %.3g of %s  %s", worst, share, bound, detail));
        case SKIPPED -> head + detail;
      };
    }
  }

  /** Result of a case. */
  public enum Status {
    PASSED("ok"),
    FAILED("FAIL"),
    SKIPPED("skip");

    private final String word;

    Status(String word) {
      this.word = word;
    }
  }

  private final Map<String, CaseKind> kinds = new TreeMap<>();

  /** Knows these kinds. */
  public Verification(Collection<? extends CaseKind> kinds) {
    for (CaseKind kind : kinds) {
      this.kinds.put(kind.kind(), kind);
    }
  }

  /**
   * All cases below a folder, sorted by path: every {@code *.json}, at most two levels deep.
   *
   * @throws DataException if the folder is missing or holds no case
   */
  public static List<Path> casesIn(Path directory) {
    try (Stream<Path> files = Files.walk(directory, 2)) {
      List<Path> cases = files.filter(f -> f.getFileName().toString().endsWith(".json")).sorted().toList();
      if (cases.isEmpty()) {
        throw new DataException(directory + ": holds no reference case (<kind>/<case>.json).");
      }
      return cases;
    } catch (IOException e) {
      throw new DataException(directory + ": cannot be read as a folder of reference cases: " + e, e);
    }
  }

  /**
   * Replays the cases that the filter accepts.
   *
   * @param wanted kind and case name
   * @param report called after each case
   * @return all outcomes, in order
   */
  public List<Outcome> run(Path directory, BiPredicate<String, String> wanted, Consumer<Outcome> report) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Path path : casesIn(directory)) {
      try (GoldenCase golden = GoldenCase.open(path)) {
        if (wanted.test(golden.kind(), golden.name())) {
          Outcome outcome = replay(golden);
          outcomes.add(outcome);
          report.accept(outcome);
        }
      }
    }
    return outcomes;
  }

  /** Replays one case. An exception of the code under test is a failure of the case, kept in the outcome. */
  public Outcome replay(GoldenCase golden) {
    CaseKind kind = kinds.get(golden.kind());
    if (kind == null) {
      return new Outcome(golden.kind(), golden.name(), Status.SKIPPED, "", 0, 1, "no code replays this kind here", null);
    }
    Comparison comparison = new Comparison(golden, kind.boundFactor());
    try {
      kind.run(golden, comparison);
      comparison.requireAllCompared();
    } catch (RuntimeException e) {
      return new Outcome(
          golden.kind(), golden.name(), Status.FAILED, comparison.worst(), Double.POSITIVE_INFINITY, kind.boundFactor(),
          e.toString(), e);
    }
    return new Outcome(
        golden.kind(),
        golden.name(),
        comparison.passed() ? Status.PASSED : Status.FAILED,
        comparison.worst(),
        comparison.worstShare(),
        kind.boundFactor(),
        comparison.detail(),
        null);
  }
}
