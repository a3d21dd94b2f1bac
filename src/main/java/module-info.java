/** N-dimensional arrays in shared memory, with fused expressions that run on all cores. */
module io.sharray {
  requires org.bytedeco.javacpp;

  exports io.sharray;
}
