package io.sharray.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class JsonTest {
  @Test
  void values_are_nested_in_order() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("b", List.of(1, 2.5, "x"));
    map.put("a", Arrays.asList(true, null));
    map.put("c", Map.of());
    assertEquals("{\"b\": [1, 2.5, \"x\"], \"a\": [true, null], \"c\": {}}", Json.of(map));
  }

  @Test
  void strings_are_escaped() {
    assertEquals("\"\\\"\\\\\\n\\t\\u0001\\u001b é\"", Json.of("\"\\\n\t\u0001\u001b é"));
    assertEquals("\"\\ud83d\\ude00\"", Json.of("\ud83d\ude00"));
  }

  @Test
  void numbers_that_JSON_lacks_are_null() {
    assertEquals("[null, null, 0.0]", Json.of(List.of(Double.NaN, Double.POSITIVE_INFINITY, 0.0)));
  }
}
