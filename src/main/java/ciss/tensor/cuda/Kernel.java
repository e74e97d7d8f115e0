package ciss.tensor.cuda;

/**
 * What Java knows of a kernel. The driver does not check a launch: a test compares this with the C declaration.
 *
 * @param file its source, {@code kernels/<file>.cu}
 * @param name of the {@code __global__} function
 * @param threads of a block, as in its {@code KERNEL(threads, name)}
 * @param parameters one letter each: P address, i int, l int64_t, f float, d double
 * @param sharedBytes size of its {@code SMEM_DYNAMIC} struct; 0 if it has none
 * @param index position in {@link Kernels#ALL}
 */
record Kernel(String file, String name, int threads, String parameters, int sharedBytes, int index) {}
