package io.confide.e2e;

import io.confide.coordinator.port.JobDesk;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A desk all of whose answers hold hostile words wherever they hold words that a site or a person chose: found by what the
 * views are made of, so that a field that is added later is filled too. What was equal stays equal. Thread-safe.
 */
final class HostileDesk implements InvocationHandler {
    /** By which views belong together, and what the coordinator alone says; names of sites are the desk's own. */
    private static final Set<String> FIXED =
            Set.of(
                    "id",
                    "job",
                    "hash",
                    "planHash",
                    "modelHash",
                    "retryOf",
                    "kind",
                    "outcome",
                    "step",
                    "task",
                    "unit",
                    "relation",
                    "sampling",
                    "observer",
                    "site",
                    "cohort",
                    "included",
                    "stored",
                    "lost",
                    "Field.name",
                    "Change.name",
                    "Field.label",
                    "Change.label",
                    "Section.title",
                    "Part.name");

    private final ScriptedDesk desk;
    private final List<String> words;

    private HostileDesk(ScriptedDesk desk, List<String> words) {
        this.desk = desk;
        this.words = words;
    }

    /** {@code desk}, whose fields hold {@code words}; what the job itself is called stays. */
    static JobDesk of(ScriptedDesk desk, List<String> words) {
        return (JobDesk)
                Proxy.newProxyInstance(
                        HostileDesk.class.getClassLoader(),
                        new Class<?>[] {JobDesk.class},
                        new HostileDesk(desk, words));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (arguments != null && arguments.length == 2 && arguments[1] instanceof Consumer<?>) {
            @SuppressWarnings("unchecked")
            var listener = (Consumer<Object>) arguments[1];
            arguments[1] = (Consumer<Object>) event -> listener.accept(changed("", event));
        }
        try {
            return changed("", method.invoke(desk, arguments));
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** {@code value}, as it is in the field {@code at}. */
    private Object changed(String at, Object value) {
        return switch (value) {
            case String text -> word(text);
            case Optional<?> some when at.equals("CapacityView.accelerator") ->
                    Optional.of(word(some.map(Object::toString).orElse("accelerator")));
            case Optional<?> some -> some.map(each -> changed(at, each));
            case List<?> all -> all.stream().map(each -> changed(at, each)).toList();
            case Map<?, ?> map
                    when !map.isEmpty() && map.keySet().iterator().next() instanceof String ->
                    changed(at, map);
            case Record view when view.getClass().getName().contains(".port.") -> changed(view);
            case null -> null;
            default -> value;
        };
    }

    private Map<Object, Object> changed(String at, Map<?, ?> map) {
        Map<Object, Object> changed =
                map instanceof SortedMap<?, ?> ? new TreeMap<>() : new LinkedHashMap<>();
        map.forEach(
                (key, value) ->
                        changed.put(
                                key,
                                switch (at) {
                                    // A site says a word and then why.
                                    case "JobView.siteVerdicts" ->
                                            "denied: " + word(key + " " + value);
                                    case "EventView.data" ->
                                            key.equals("reason") ? changed(at, value) : value;
                                    default -> changed(at, value);
                                }));
        return changed;
    }

    private Record changed(Record view) {
        var type = view.getClass();
        var components = type.getRecordComponents();
        var values = new ArrayList<>();
        try {
            for (var component : components) {
                var value = component.getAccessor().invoke(view);
                var field = type.getSimpleName() + "." + component.getName();
                boolean fixed = FIXED.contains(component.getName()) || FIXED.contains(field);
                values.add(fixed ? value : changed(field, value));
            }
            var types = Arrays.stream(components).map(RecordComponent::getType);
            return type.getDeclaredConstructor(types.toArray(Class<?>[]::new))
                    .newInstance(values.toArray());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(view.toString(), e);
        }
    }

    /** What stands for {@code text}; of a job of another name another. */
    private String word(String text) {
        return text.equals(desk.name) || words.contains(text)
                ? text
                : words.get(Math.floorMod((desk.name + text).hashCode(), words.size()));
    }
}
