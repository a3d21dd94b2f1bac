package io.sharray.internal.formula;

import io.sharray.FormulaSyntaxException;

/** Shows a place in the text of a formula. */
final class Place {
  /** How much of the text a message shows on each side of the place. */
  private static final int SHOWN = 60;

  private Place() {}

  /** The message with the line of the text below it and a caret under the place. */
  static String show(String message, String text, int position) {
    int lineStart = text.lastIndexOf('\n', position - 1) + 1;
    int lineEnd = text.indexOf('\n', position);
    int from = Math.max(lineStart, position - SHOWN);
    int to = Math.min(lineEnd < 0 ? text.length() : lineEnd, position + SHOWN);
    StringBuilder shown = new StringBuilder();
    for (char c : text.substring(from, to).toCharArray()) {
      shown.append(Character.isISOControl(c) ? ' ' : c);
    }
    return message + "\n  " + shown + "\n  " + " ".repeat(position - from) + "^";
  }

  static FormulaSyntaxException error(String message, String text, int position) {
    return new FormulaSyntaxException(show(message, text, position), position);
  }
}
