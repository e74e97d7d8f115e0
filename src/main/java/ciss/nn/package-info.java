/**
 * Layers: a class with views of its parameters, a {@code forward}, and directly below it the {@code backward} that mirrors
 * it in reverse. There is no tape: a forward returns a {@code Run}, which remembers what its backward reads; several runs of
 * a layer can be alive at once. Callers allocate outputs; a layer asks its {@link ciss.nn.Pass} for what it must remember,
 * so that the same code runs with and without saving. Parameter gradients are added to the network's gradient buffer.
 */
package ciss.nn;
