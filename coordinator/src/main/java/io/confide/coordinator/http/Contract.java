package io.confide.coordinator.http;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/** The OpenAPI document of the people's port, from the class path. */
final class Contract {
    static final String RESOURCE = "openapi/confide-v1.yaml";

    /** What Vert.x 5.0 can validate; it refuses a whole contract for any other type. */
    private static final Set<String> KNOWN =
            Set.of("application/json", "application/octet-stream", "text/plain");

    private Contract() {}

    /** Returns the contract for the router: without what it does not know or need. Blocks. */
    static OpenAPIContract load(Vertx vertx) {
        Map<String, Object> tree =
                new Yaml(new SafeConstructor(new LoaderOptions()))
                        .load(new String(bytes(RESOURCE), StandardCharsets.UTF_8));
        var json = new JsonObject(tree).copy();
        keepKnownTypes(json);
        // Who is asking is decided by the gate; the router would want a handler for each way to
        // show it.
        json.remove("security");
        return OpenAPIContract.from(vertx, json).await();
    }

    static byte[] bytes(String resource) {
        try (var stream = Contract.class.getClassLoader().getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException("the resource " + resource + " is missing");
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void keepKnownTypes(Object node) {
        if (node instanceof JsonArray array) {
            array.forEach(Contract::keepKnownTypes);
        } else if (node instanceof JsonObject object) {
            if (object.getValue("content") instanceof JsonObject content) {
                content.fieldNames().removeIf(type -> !KNOWN.contains(type));
                if (content.isEmpty()) {
                    object.remove("content");
                }
            }
            object.forEach(entry -> keepKnownTypes(entry.getValue()));
        }
    }
}
