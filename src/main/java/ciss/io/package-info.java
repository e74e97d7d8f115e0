/** File formats without policy: safetensors, PNG and JPEG, files that are replaced as a whole. */
package ciss.io;
