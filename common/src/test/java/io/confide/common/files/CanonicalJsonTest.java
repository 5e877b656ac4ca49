package io.confide.common.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.confide.common.model.Bytes;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

class CanonicalJsonTest {
    /** RFC 8785, appendix B. */
    @ParameterizedTest
    @CsvSource({
        "0000000000000000, 0",
        "8000000000000000, 0",
        "0000000000000001, 5e-324",
        "8000000000000001, -5e-324",
        "7fefffffffffffff, 1.7976931348623157e+308",
        "ffefffffffffffff, -1.7976931348623157e+308",
        "4340000000000000, 9007199254740992",
        "c340000000000000, -9007199254740992",
        "4430000000000000, 295147905179352830000",
        "44b52d02c7e14af5, 9.999999999999997e+22",
        "44b52d02c7e14af6, 1e+23",
        "44b52d02c7e14af7, 1.0000000000000001e+23",
        "444b1ae4d6e2ef4e, 999999999999999700000",
        "444b1ae4d6e2ef4f, 999999999999999900000",
        "444b1ae4d6e2ef50, 1e+21",
        "3eb0c6f7a0b5ed8c, 9.999999999999997e-7",
        "3eb0c6f7a0b5ed8d, 0.000001",
        "41b3de4355555553, 333333333.3333332",
        "41b3de4355555554, 333333333.33333325",
        "41b3de4355555555, 333333333.3333333",
        "41b3de4355555556, 333333333.3333334",
        "41b3de4355555557, 333333333.33333343",
        "becbf647612f3696, -0.0000033333333333333333",
        "43143ff3c1cb0959, 1424953923781206.2",
    })
    void numbersAreWrittenAsEcmaScriptDoes(String bits, String text) {
        double value = Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16));
        assertEquals(text, new Json.Num(value).canonical());
    }

    /** RFC 8785 §3.2.3, sorting by UTF-16 code units, and §3.2.2.2, escapes. */
    @Test
    void keysAreSortedAndTextsEscapedAsTheStandardSays() {
        String input =
                "{\"\\u20ac\":\"Euro\",\"\\r\":\"CR\",\"\\ufb33\":\"Dalet\",\"1\":\"One\","
                        + "\"\\ud83d\\ude00\":\"Smiley\",\"\\u0080\":\"C\",\"\\u00f6\":\"o\"}";
        assertEquals(
                "{\"\\r\":\"CR\",\"1\":\"One\",\"\u0080\":\"C\",\"ö\":\"o\",\"€\":\"Euro\","
                        + "\"😀\":\"Smiley\",\"\ufb33\":\"Dalet\"}",
                parse(input).canonical());
        assertEquals(
                "\"\\u000f\\nA'B\\\"\\\\\\\"/€$\"",
                parse("\"\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\"\\/€$\"").canonical());
    }

    @Property
    void everyFiniteNumberComesBack(@ForAll double value) {
        assertEquals(value + 0.0, Double.parseDouble(CanonicalJson.number(value)));
    }

    @Property
    void everyTextComesBack(@ForAll String value) {
        var text = new Json.Text(value);
        boolean wellFormed = StandardCharsets.UTF_16BE.newEncoder().canEncode(value);
        if (wellFormed) {
            assertEquals(text, JsonText.parse(text.bytes()));
        } else {
            assertThrows(IllegalArgumentException.class, text::canonical);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,]",
                "{\"a\":1,\"a\":2}",
                "1 2",
                "nul",
                "{'a':1}",
                "[1]//x",
                "NaN",
                "1e999",
                "\"\\ud800\"x",
                "[1}"
            })
    void refusesWhatIsNoJson(String text) {
        assertThrows(IllegalArgumentException.class, () -> parse(text));
    }

    @Test
    void refusesDeepNesting() {
        String deep = "[".repeat(2000) + "]".repeat(2000);
        assertThrows(IllegalArgumentException.class, () -> parse(deep));
    }

    private static Json parse(String text) {
        return JsonText.parse(Bytes.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
}
