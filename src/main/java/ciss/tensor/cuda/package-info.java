/**
 * The contract of {@link ciss.tensor.Backend} on an NVIDIA GPU: JCuda for the driver, cuBLAS and cuDNN; our own
 * kernels from {@code kernels/}.
 *
 * <p>Nothing here is loaded unless CUDA is asked for. {@link ciss.tensor.cuda.Driver} is the only importer of {@code
 * jcuda.driver}, {@link ciss.tensor.cuda.Cublas} of {@code jcuda.jcublas}. A family of operations is one {@code
 * Cuda...Ops} interface, as on the CPU; its kernels are constants in {@link ciss.tensor.cuda.Kernels}.
 *
 * <p><b>Values that change from step to step</b> (windows, learning rate, mixing numbers) reach the operations as
 * Java arguments. Kernels take them by the address of a slot in device memory ({@link
 * ciss.tensor.cuda.StepParameters}), never as arguments of their own: a launch captured into a graph keeps its
 * arguments for good, and what a slot holds can be changed before each replay. Values that a run never changes (eps,
 * momentum, shapes) are arguments.
 *
 * <p><b>Phases.</b> Every operation writes its commands (launch, product, convolution, copy, zeros) as numbers into
 * the list of {@link ciss.tensor.cuda.Commands}. Outside of a {@link ciss.tensor.Backend#phase phase} a command is
 * issued at once. In a phase nothing is issued before it ends: then one copy moves the slots, and {@link
 * ciss.tensor.cuda.PhaseGraphs} compares the list with those that it knows. A new list is issued command by command,
 * one that comes again is captured, later ones are one launch of its graph. So a graph never stands for anything but
 * the commands it was captured from, whatever way the iteration goes: another network branch, another shape or
 * another address is another list. Capturing the calls themselves at an agreed iteration and replaying blindly, as is
 * usual, would be a little faster, and wrong whenever a draw takes another way. Reading a result, or a large upload,
 * within a phase issues what is there so far, and the rest of that phase command by command. The price is that a
 * phase starts on the device when the host has written all of it; meanwhile the device does the one before.
 *
 * <p><b>Nothing within an iteration waits for the device.</b> Losses come back by {@link ciss.tensor.cuda.Readbacks},
 * an iteration later; a gradient that is not finite stops the optimizer on the device; batches go up beside the
 * computation ({@link ciss.tensor.cuda.Staging}); slots have two pinned areas that take turns. {@link
 * ciss.tensor.cuda.Driver#waits} counts the exceptions.
 */
package ciss.tensor.cuda;
