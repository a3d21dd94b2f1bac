package io.sharray.random;

/** Keys of streams: Philox 4x32-10 of single counters. */
final class Keys {
  private static final int ROUNDS = 10;
  private static final long LOW = 0xffffffffL;

  private Keys() {}

  /** The key of stream k: the first two words of a block whose counter no number has. */
  static long derive(long key, long k) {
    return block(k, -1L, key);
  }

  /** The words w1 and w0 of the block of a counter, whose halves are given. */
  static long block(long counterLow, long counterHigh, long key) {
    long x0 = counterLow & LOW;
    long x1 = counterLow >>> 32;
    long x2 = counterHigh & LOW;
    long x3 = counterHigh >>> 32;
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long p0 = x0 * 0xD2511F53L;
      long p1 = x2 * 0xCD9E8D57L;
      x0 = (p1 >>> 32) ^ x1 ^ (k0 & LOW);
      x1 = p1 & LOW;
      x2 = (p0 >>> 32) ^ x3 ^ (k1 & LOW);
      x3 = p0 & LOW;
      k0 += 0x9E3779B9;
      k1 += 0xBB67AE85;
    }
    return x1 << 32 | x0;
  }
}
