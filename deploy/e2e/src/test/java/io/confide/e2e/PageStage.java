package io.confide.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Page;

import io.confide.coordinator.port.IdentityProvider;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a test of the page needs: one browser for all classes of a JVM, one stage for all tests of a class, and somebody
 * who has signed in once. A class that has none of it, because there is no browser, is skipped. A test in whose pages an
 * error was not caught fails.
 */
final class PageStage implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private final Supplier<Optional<IdentityProvider>> signOn;
    private Optional<Path> directory = Optional.empty();
    private Optional<Stage> stage = Optional.empty();
    private Optional<String> signedIn = Optional.empty();

    private PageStage(Supplier<Optional<IdentityProvider>> signOn) {
        this.signOn = signOn;
    }

    static PageStage usual() {
        return new PageStage(Optional::empty);
    }

    /** Where people may come from the sign-in of an institution. */
    static PageStage withSignOn(Supplier<IdentityProvider> provider) {
        return new PageStage(() -> Optional.of(provider.get()));
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        Chromium.shared();
        var home = Files.createTempDirectory("confide-page");
        directory = Optional.of(home);
        stage = Optional.of(new Stage(home, ScriptedDesk.of(7), signOn.get()));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        var chromium = Chromium.shared();
        chromium.forgetEverybody();
        stage().connect();
        assertEquals(List.of(), chromium.failures());
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        stage.ifPresent(Stage::close);
        if (directory.isPresent()) {
            try (var files = Files.walk(directory.get())) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    Stage stage() {
        return stage.orElseThrow();
    }

    /** The desk behind the page, which is shown another job from now on. */
    ScriptedDesk show(ScriptedDesk desk) {
        stage().show(desk);
        return desk;
    }

    String address(String path) {
        return stage().address(path);
    }

    /** A browser of somebody new. */
    Page open(Chromium.Look look) {
        return Chromium.shared().open(look);
    }

    /** A page of the administrator, who has signed in before. */
    Page signedIn(String path) {
        if (signedIn.isEmpty()) {
            var page = open(Chromium.Look.DESK);
            Chromium.signIn(page, address("/"), Stage.TOKEN);
            signedIn = Optional.of(page.context().storageState());
            page.context().close();
        }
        var page = Chromium.shared().open(Chromium.Look.DESK, signedIn.get());
        page.navigate(address(path));
        page.waitForSelector(".main-nav");
        return page;
    }
}
