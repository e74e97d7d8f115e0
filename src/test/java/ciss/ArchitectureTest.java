package ciss;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.error.CissException;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The order of the rooms: a room uses those above it in this list, never those below. */
class ArchitectureTest {
  private static final List<String> ROOMS =
      List.of(
          "error", "foreign", "tensor", "nn", "model", "io", "data", "train", "eval", "verify", "report", "config", "api",
          "cli");
  private static final List<String> BACKENDS = List.of("cpu", "cuda", "plan");
  private static final JavaClasses CLASSES =
      new ClassFileImporter().importUrl(CissException.class.getProtectionDomain().getCodeSource().getLocation());

  @Test
  void roomUsesOnlyTheRoomsAboveIt() {
    for (int room = 0; room < ROOMS.size() - 1; room++) {
      String[] below = ROOMS.subList(room + 1, ROOMS.size()).stream().map(ArchitectureTest::inside).toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage(inside(ROOMS.get(room)))
          .should()
          .dependOnClassesThat(resideInAnyPackage(below))
          .allowEmptyShould(true)
          .check(CLASSES);
    }
  }

  @Test
  void everyClassLivesInARoom() {
    for (JavaClass each : CLASSES) {
      String name = each.getPackageName() + ".";
      boolean known = ROOMS.stream().anyMatch(room -> name.startsWith("ciss." + room + "."));
      assertTrue(known || name.equals("ciss.launcher."), each.getName() + " is in no room of this list");
    }
  }

  @Test
  void backendsDoNotKnowEachOther() {
    for (String backend : BACKENDS) {
      String[] others =
          BACKENDS.stream().filter(other -> !other.equals(backend)).map(other -> inside("tensor." + other)).toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage(inside("tensor." + backend))
          .should()
          .dependOnClassesThat(resideInAnyPackage(others))
          .allowEmptyShould(true)
          .check(CLASSES);
    }
  }

  @Test
  void launcherStandsAlone() {
    classes()
        .that()
        .resideInAPackage("ciss.launcher..")
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage("java..", "ciss.launcher.."))
        .check(CLASSES);
  }

  @Test
  void nothingDrawsRandomNumbersOutsideOfDraws() {
    noClasses().should().dependOnClassesThat().areAssignableTo(Random.class).check(CLASSES);
    noClasses().should().callMethod(Math.class, "random").check(CLASSES);
  }

  private static String inside(String room) {
    return "ciss." + room + "..";
  }
}
