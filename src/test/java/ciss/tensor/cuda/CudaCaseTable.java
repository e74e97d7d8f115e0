package ciss.tensor.cuda;

import ciss.tensor.Backend;
import ciss.tensor.OperationFamily;
import ciss.tensor.cases.OperationCase;
import ciss.tensor.cases.OperationCases;
import ciss.tensor.cases.OperationCheck;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A process of its own that runs the case table on CUDA, for the families that are there: with {@code
 * -Dciss.cuda.path=target/cuda-on-cpu} on the CPU, where a broken kernel ends the process.
 */
final class CudaCaseTable {
  private static final long WORKSPACE = 96L << 20;

  private CudaCaseTable() {}

  /**
   * A line per row: {@code ok <hash of its outputs> <row>}, or {@code wrong <complaint>}; last {@code end}. A row that kills
   * the process is the one after the last line.
   *
   * @param arguments how rows begin that are run; none: all
   */
  public static void main(String[] arguments) {
    long start = System.nanoTime();
    try (CudaBackend cuda = new CudaBackend(0, WORKSPACE);
        OperationCheck check = new OperationCheck()) {
      Backend backend = asBackend(cuda);
      for (OperationCase row : rows(arguments)) {
        List<String> complaints = check.complaints(row, backend);
        complaints.forEach(complaint -> System.out.println("wrong " + complaint));
        if (complaints.isEmpty()) {
          System.out.println("ok " + hash(check.results(row, backend)) + " " + row);
        }
        if (Boolean.getBoolean("times")) {
          System.out.printf("time %.2f%n", (System.nanoTime() - start) / 1e9);
          start = System.nanoTime();
        }
      }
    }
    System.out.println("end");
  }

  /** The rows of the families that CUDA has, and that begin with one of the words. */
  static List<OperationCase> rows(String... beginnings) {
    return OperationCases.tested().stream()
        .filter(row -> OperationFamily.of(row.operation()).contract().isAssignableFrom(CudaBackend.class))
        .filter(row -> beginnings.length == 0 || Arrays.stream(beginnings).anyMatch(row.toString()::startsWith))
        .toList();
  }

  /** The contract, as far as it is there. */
  private static Backend asBackend(CudaBackend cuda) {
    InvocationHandler handler =
        (proxy, method, values) -> {
          if (method.isDefault() && method.getDeclaringClass() == Backend.class) {
            return InvocationHandler.invokeDefault(proxy, method, values);
          }
          Method own = CudaBackend.class.getMethod(method.getName(), method.getParameterTypes());
          try {
            return own.invoke(cuda, values);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        };
    return (Backend)
        Proxy.newProxyInstance(Backend.class.getClassLoader(), new Class<?>[] {Backend.class}, handler);
  }

  private static String hash(Map<String, byte[]> contents) {
    int hash = 0;
    for (byte[] bytes : new TreeMap<>(contents).values()) {
      hash = 31 * hash + Arrays.hashCode(bytes);
    }
    return HexFormat.of().toHexDigits(hash);
  }
}
