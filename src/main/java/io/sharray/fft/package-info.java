/** Discrete Fourier transforms. */
package io.sharray.fft;
