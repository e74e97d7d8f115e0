/**
 * What programs that use this one as a library call, and what the commands of the command line are made of. The first
 * class to open is {@link ciss.api.Ciss}.
 */
@org.jspecify.annotations.NullMarked
package ciss.api;
