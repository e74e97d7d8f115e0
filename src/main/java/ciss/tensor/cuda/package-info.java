/**
 * The contract of {@link ciss.tensor.Backend} on an NVIDIA GPU: JCuda for the driver, cuBLAS and cuDNN; our own kernels from
 * {@code kernels/}.
 *
 * <p>Nothing here is loaded unless CUDA is asked for. {@link ciss.tensor.cuda.Driver} is the only importer of {@code
 * jcuda.driver}, {@link ciss.tensor.cuda.Cublas} of {@code jcuda.jcublas}. A family of operations is one {@code Cuda...Ops}
 * interface, as on the CPU; its kernels are constants in {@link ciss.tensor.cuda.Kernels}.
 *
 * <p><b>Values that change from step to step</b> (windows, learning rate, mixing numbers) reach the operations as Java
 * arguments. Kernels take them by the address of a slot in device memory ({@link ciss.tensor.cuda.StepParameters}), never as
 * arguments of their own: a launch captured into a graph keeps its arguments for good, and what a slot holds can be changed
 * before each replay. Values that a run never changes (eps, momentum, shapes) are arguments. A replay then works like this,
 * without another kernel: the operations of a phase are called again, each writes its slots, in the same order as at the
 * capture and therefore to the same addresses, and nothing is launched; one copy moves the slots and one call starts the
 * graph. Until that is built, each slot is copied when it is written.
 */
package ciss.tensor.cuda;
