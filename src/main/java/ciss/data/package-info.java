/**
 * Pictures and labels on their way from files to training batches: data sets, pipeline steps, stylization, rare class
 * sampling, loader.
 *
 * <p>The host holds decoded pictures, 8 bit {@code [h][w][3]} in the order B,G,R; from there on they are tensors of a
 * {@link ciss.tensor.Backend}, values 0..255 (8 bit or float32) until normalisation, which makes them RGB. Label maps
 * are one byte per pixel: train ids and 255 for "ignored".
 */
package ciss.data;
