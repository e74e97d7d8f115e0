/**
 * PyTorch's {@code .pth} files: an own reader of the part of Python's pickle format that weight files use, and a writer. A
 * file is data here: nothing in it is executed, and what is not on the list of allowed names is refused.
 */
package ciss.io.pth;
