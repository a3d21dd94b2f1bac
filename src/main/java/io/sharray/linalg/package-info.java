/**
 * Linear algebra on matrices in shared memory, by a library of BLAS and LAPACK that the program or
 * the node provides.
 */
package io.sharray.linalg;
