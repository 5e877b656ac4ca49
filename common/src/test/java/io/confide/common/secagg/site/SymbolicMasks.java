package io.confide.common.secagg.site;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Linear algebra over symbols: every upload is one input plus masks that stand as unknowns. What an
 * observer can learn are the combinations of uploads in which all unknown masks cancel. Works modulo a
 * prime; all coefficients are 1 or −1.
 */
final class SymbolicMasks {
    private static final long P = (1L << 31) - 1;

    private record Row(Map<String, Long> masks, Map<String, Long> inputs) {}

    private final List<Row> rows = new ArrayList<>();

    /** Adds {@code input} = upload − masks as one equation. */
    void upload(String input, Map<String, Long> masks) {
        rows.add(new Row(new HashMap<>(masks), new HashMap<>(Map.of(input, 1L))));
    }

    /** A basis of the combinations of inputs that are left when all masks are eliminated. */
    List<Map<String, Long>> learned() {
        var left = new ArrayList<>(rows);
        var learned = new ArrayList<Map<String, Long>>();
        while (!left.isEmpty()) {
            Row pivot = left.removeLast();
            pivot.masks.values().removeIf(value -> value == 0);
            if (pivot.masks.isEmpty()) {
                pivot.inputs.values().removeIf(value -> value == 0);
                learned.add(pivot.inputs);
                continue;
            }
            String mask = pivot.masks.keySet().iterator().next();
            long inverse = power(Math.floorMod(pivot.masks.get(mask), P), P - 2);
            for (Row row : left) {
                long factor = Math.floorMod(row.masks.getOrDefault(mask, 0L), P) * inverse % P;
                if (factor != 0) {
                    subtract(row.masks, pivot.masks, factor);
                    subtract(row.inputs, pivot.inputs, factor);
                }
            }
        }
        return learned;
    }

    private static void subtract(Map<String, Long> from, Map<String, Long> other, long factor) {
        other.forEach(
                (symbol, value) ->
                        from.merge(
                                symbol,
                                Math.floorMod(-factor * Math.floorMod(value, P) % P, P),
                                (a, b) -> (Math.floorMod(a, P) + b) % P));
    }

    private static long power(long base, long exponent) {
        long result = 1;
        long square = base;
        for (long rest = exponent; rest > 0; rest >>= 1) {
            if ((rest & 1) == 1) {
                result = result * square % P;
            }
            square = square * square % P;
        }
        return result;
    }
}
