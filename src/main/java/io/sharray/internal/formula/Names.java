package io.sharray.internal.formula;

import io.sharray.internal.expression.Op;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Finds the name that was probably meant. */
final class Names {
  private Names() {}

  /**
   * A hint for a message.
   *
   * @param wrong the unknown name
   * @param others known names beside those of the operations table
   * @return the rest of a sentence
   */
  static String suggestion(String wrong, Collection<String> others) {
    List<String> known = new ArrayList<>(others);
    for (Op op : Op.values()) {
      known.add(op.functionName());
      known.addAll(op.aliases());
    }
    String nearest = "";
    int best = 1 + Math.max(1, wrong.length() / 3);
    for (String name : known) {
      int distance = distance(wrong.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT), best);
      if (distance < best) {
        best = distance;
        nearest = name;
      }
    }
    return nearest.isEmpty()
        ? "; 'sharray functions' lists those there are"
        : "; did you mean " + nearest + "?";
  }

  /** Insertions, deletions and replacements that lead from one to the other, or {@code most}. */
  private static int distance(String a, String b, int most) {
    if (Math.abs(a.length() - b.length()) >= most) {
      return most;
    }
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
