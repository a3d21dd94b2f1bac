/**
 * Random numbers that depend on the number of their element alone: not on threads, slices,
 * processes or processors.
 */
package io.sharray.random;
