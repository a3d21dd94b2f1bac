package io.sharray;

/** The text of a formula cannot be understood. */
public class FormulaSyntaxException extends SharrayException {
  private static final long serialVersionUID = 1L;

  /** Where in the text. */
  private final int position;

  /**
   * Reports a mistake.
   *
   * @param message what was found and what was expected
   * @param position index of the first wrong character, from 0
   */
  public FormulaSyntaxException(String message, int position) {
    super(message);
    this.position = position;
  }

  /**
   * Where the mistake is.
   *
   * @return index of the first wrong character, from 0
   */
  public int position() {
    return position;
  }
}
