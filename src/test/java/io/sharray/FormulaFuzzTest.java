package io.sharray;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Whatever the text, there is a formula or an exception that tells what is wrong. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FormulaFuzzTest {
  private static final int TEXTS = 100_000;

  private static final String[] TOKENS =
      ("a b i p w t x pi e inf nan True False None 0 1 2 7 64 65 -1 0.5 1. .5 1e3 1e999 2j 1_000 0x1f 0b1"
              + " 9223372036854775807 9223372036854775808 18446744073709551616 + - * / // % ** & | ^"
              + " ~ << >> < <= == != >= > = ( ) ( ) , . .real .imag where exp log abs sqrt sum prod"
              + " min max mean var std argmax all any cumsum vector_norm pow complex astype float32 int8"
              + " bool int64 complex64 uint64 axis= axis=0 axis=-1 axis=(0,1) keepdims=True dtype=int32"
              + " correction=1 ord=inf and or not if else lambda [ ] { } ' \" # @ ! ? : ; \\ $ \n \t \0"
              + " \u00e9 \u03c0 \ud83d\ude00 \ud83d ones_like real imag conj sign clip")
          .split(" ");

  private static final List<String> FORMULAS =
      List.of(
          "exp(a / 100) * (b + 2) - sum(a * b, axis=0, keepdims=True)",
          "where((a > 0) & ~p | (b <= 1e-3), a ** 2, -b // 3 % 2)",
          "(i << 2 ^ 0xff) >> 1 & ~i",
          "complex(a, b).real + abs(w.imag) + 2.5e-1j",
          "float32(a) + astype(i, float64) * var(t, axis=(0, 1), correction=1)");

  private final Random random = new Random(4);

  @Test
  void no_text_gives_anything_but_an_expression_or_an_exception_about_it() {
    Map<String, Object> values = new HashMap<>();
    try (NDArray a = NDArray.of(1.5, -2.0, 0.0);
        NDArray t = NDArray.of(new double[][] {{1, 2, 3}, {4, 5, 6}});
        NDArray p = NDArray.of(true, false, true);
        NDArray i = a.astype(DType.INT32).eval();
        NDArray w = a.astype(DType.COMPLEX128).eval()) {
      values.putAll(Map.of("a", a, "b", a, "t", t, "p", p, "i", i, "w", w, "x", 2));
      int bound = 0;
      for (int n = 0; n < TEXTS; n++) {
        bound += isBound(n % 3 == 0 ? mutated() : n % 3 == 1 ? tokens() : characters(), values);
      }
      assertTrue(bound > TEXTS / 100, bound + " texts were formulas");
    }
  }

  private static int isBound(String text, Map<String, Object> values) {
    try {
      Formula.parse(text).bind(values).dtype();
      return 1;
    } catch (FormulaSyntaxException e) {
      assertTrue(e.position() >= 0 && e.position() <= text.length(), e.getMessage());
      return 0;
    } catch (IllegalArgumentException e) {
      return 0;
    } catch (Throwable e) {
      return fail("the formula " + text.codePoints().boxed().toList() + ": " + text, e);
    }
  }

  private String tokens() {
    return random
        .ints(1 + random.nextInt(12), 0, TOKENS.length)
        .mapToObj(k -> TOKENS[k])
        .collect(Collectors.joining(random.nextBoolean() ? " " : ""));
  }

  private String characters() {
    String of = random.nextBoolean() ? "ab12.ex+-*/%()<>=&|^~,_ jJ0" : null;
    StringBuilder text = new StringBuilder();
    for (int k = 1 + random.nextInt(20); k > 0; k--) {
      text.append(
          of == null ? (char) random.nextInt(0x180) : of.charAt(random.nextInt(of.length())));
    }
    return text.toString();
  }

  private String mutated() {
    StringBuilder text = new StringBuilder(FORMULAS.get(random.nextInt(FORMULAS.size())));
    for (int k = random.nextInt(4); k > 0; k--) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(3)) {
        case 0 -> text.deleteCharAt(at);
        case 1 -> text.insert(at, TOKENS[random.nextInt(TOKENS.length)]);
        default -> text.setCharAt(at, text.charAt(random.nextInt(text.length())));
      }
    }
    return text.toString();
  }
}
