package ciss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ciss.error.ConfigException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainingJobsTest {
  private static TrainingJobs experiment(String text, int from, boolean startup, Map<String, String> variables) {
    return TrainingJobs.ofExperiment(text, from, startup, List.of(), variables::get);
  }

  private static List<String> names(TrainingJobs jobs) {
    return jobs.jobs().stream().map(TrainingJobs.Job::name).toList();
  }

  private static String refusal(String text, int from, Map<String, String> variables) {
    return assertThrows(ConfigException.class, () -> experiment(text, from, false, variables)).getMessage();
  }

  @Test
  void anExperimentIsAllItsRunsInOrderUnderItsNumber() {
    TrainingJobs jobs = experiment("1", 0, false, Map.of());
    assertEquals("exp1", jobs.group());
    assertEquals(List.of("cs2acdc_ciss_s0", "cs2acdc_ciss_s1", "cs2acdc_ciss_s2"), names(jobs));
    assertEquals(15, experiment("129", 0, false, Map.of()).jobs().size());
  }

  @Test
  void aPositionChoosesOneRunOrTheFirstOfTheRest() {
    assertEquals(List.of("cs2acdc_ciss_s1"), names(experiment("1:1", 0, false, Map.of())));
    assertEquals(List.of("cs2acdc_ciss_s1", "cs2acdc_ciss_s2"), names(experiment("1", 1, false, Map.of())));
  }

  @Test
  void aJobArrayChoosesOneRun() {
    assertEquals(List.of("cs2acdc_ciss_s2"), names(experiment("1", 0, false, Map.of("SLURM_ARRAY_TASK_ID", "2"))));
    assertEquals(List.of("cs2acdc_ciss_s2"), names(experiment("1", 0, false, Map.of("LSB_JOBINDEX", "3"))));
    assertEquals(3, experiment("1", 0, false, Map.of("LSB_JOBINDEX", "0")).jobs().size());
    assertEquals(List.of("cs2acdc_ciss_s0"), names(experiment("1:0", 0, false, Map.of("SLURM_ARRAY_TASK_ID", "2"))));
  }

  @Test
  void aPositionThatIsNotThereIsRefused() {
    assertEquals("experiment 1 has the runs 0 to 2, found 3", refusal("1:3", 0, Map.of()));
    assertEquals(
        "experiment 1 has the runs 0 to 2, found 17 (index of the job array)",
        refusal("1", 0, Map.of("SLURM_ARRAY_TASK_ID", "17")));
    assertEquals(
        "environment SLURM_ARRAY_TASK_ID: expected the index of a job array, found 'x'",
        refusal("1", 0, Map.of("SLURM_ARRAY_TASK_ID", "x")));
    assertEquals(
        "--experiment one: expected ID or ID:INDEX, for instance 129 or 129:0", refusal("one", 0, Map.of()));
    assertEquals(
        "there is no experiment 2; there is: 1, 50, 51, 129, 130, 133, 134, 135, 136, 137, 141",
        refusal("2", 0, Map.of()));
  }

  @Test
  void aStartupTestTakesEachSettingOnceInAGroupOfItsOwn() {
    TrainingJobs jobs = experiment("129", 0, true, Map.of());
    assertEquals("exp129-startup", jobs.group());
    assertEquals(5, jobs.jobs().size());
    assertEquals(5, experiment("137", 0, true, Map.of()).jobs().size());
  }

  @Test
  void aConfigurationIsOneRunPerSeed() {
    TrainingJobs jobs = TrainingJobs.ofConfig("camvid_day", List.of(0L, 7L), List.of());
    assertEquals("camvid_day", jobs.group());
    assertEquals(List.of("camvid_day_s0", "camvid_day_s7"), names(jobs));
  }
}
