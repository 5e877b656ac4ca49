package io.confide.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** What somebody may call a thing who wants to break the page, or who has an unusual name. */
final class HostileWords {
    static final String MARKUP = "<img src=x onerror=window.injected=1>";

    /** Runs from the right, has an override that would turn what follows it, and never ends it. */
    static final String RIGHT_TO_LEFT = "مستشفى \u202egpj.exe القلب";

    static final String ENDLESS = "x".repeat(500);

    static final List<String> LIST =
            List.of(
                    MARKUP,
                    "<script>window.injected=1</script>",
                    "${window.injected=1}{{window.injected=1}}",
                    "\"><svg onload=window.injected=1>",
                    "javascript:window.injected=1//",
                    "'-alert(1)-'\"; window.injected=1; //",
                    RIGHT_TO_LEFT,
                    "שלום (\u2067abc",
                    "🏥👩‍⚕️🧬",
                    "Z\u0335\u0334a\u0336\u0337l\u0338g\u0315o" + "\u0301".repeat(40),
                    "constructor",
                    "__proto__",
                    "<!--",
                    "</td></table><x-hostile>",
                    "&lt;x-hostile&gt; &#0; %3Cx-hostile%3E",
                    ENDLESS);

    private static final List<String> PIECES =
            List.of(
                    "<x-hostile onclick=window.injected=1>",
                    "<iframe srcdoc='<script>parent.injected=1</script>'>",
                    "<a href=javascript:window.injected=1>",
                    "</span></bdi></p>",
                    "<style>*{display:none}</style>",
                    "\"'`=",
                    "${alert(1)}",
                    "\\u003cimg\\u003e",
                    "&amp;&quot;",
                    "عربي",
                    "עברית",
                    "\u202e",
                    "\u202d",
                    "\u2066",
                    "\u2067",
                    "\u2069",
                    "\u200f",
                    "\u200d",
                    "\ufeff",
                    "\u2028",
                    "\t",
                    "👨‍👩‍👧‍👦",
                    "🇩🇪",
                    "漢字",
                    "e\u0301\u0323",
                    "site-1",
                    "a/b/../c",
                    ": ; . - ",
                    "W".repeat(120),
                    "0");

    private static final int LENGTH_MAX = 500;

    private HostileWords() {}

    /** {@link #LIST} and {@code more} combinations; the same for the same seed, none twice. */
    static List<String> of(long seed, int more) {
        var random = new Random(seed);
        var all = new ArrayList<>(LIST);
        while (all.size() < LIST.size() + more) {
            var made = new StringBuilder();
            int pieces = 2 + random.nextInt(6);
            IntStream.range(0, pieces)
                    .forEach(_ -> made.append(PIECES.get(random.nextInt(PIECES.size()))));
            var word = made.substring(0, Math.min(made.length(), LENGTH_MAX)).strip();
            if (!word.isEmpty() && !all.contains(word)) {
                all.add(word);
            }
        }
        return List.copyOf(all);
    }
}
