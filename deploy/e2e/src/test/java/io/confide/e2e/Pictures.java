package io.confide.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;

import io.confide.common.governance.Role;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import javax.imageio.ImageIO;

/**
 * Takes the pictures in {@code deploy/docs/img}. Not part of the build; deploy/README.md says how to run it. Seven sites are
 * a real run of the demo in which one site is killed; 200 sites are made up.
 */
class Pictures {
    private static final Path FOLDER = folder();
    private static final long BYTES_MAX = 200_000;
    private static final Map<String, Chromium.Look> LOOKS = looks();

    @TempDir Path work;

    @Test
    void ofSevenSites() throws Exception {
        try (var chromium = Chromium.start();
                var demo = DemoRun.startKept(work, 120)) {
            String address = demo.peopleAddress();
            var pages = signedIn(chromium, address, demo.adminToken());
            var light = pages.get("light");
            light.waitForSelector("tbody a", new Page.WaitForSelectorOptions().setTimeout(120_000));
            String job = address + light.getAttribute("tbody a", "href");
            for (var page : pages.values()) {
                page.navigate(job);
            }
            assertThat(light.locator(".feed")).containsText("Round", patient(120));
            assertThat(light.locator(".lanes tbody tr"))
                    .hasCount(7, new LocatorAssertions.HasCountOptions().setTimeout(120_000));
            light.waitForTimeout(15_000);
            demo.kill9("lyon");
            assertThat(light.locator(".feed")).containsText("lyon dropped", patient(30));
            light.waitForTimeout(2_500);
            take(pages, "job");
            each(pages, address + "/", ".alert, .tile", "overview");
            each(pages, address + "/sites", ".is-off", "sites");
            each(pages, address + "/governance", "#h-roles", "governance");
            light.navigate(job);
            assertThat(light.locator(".status--chip").first())
                    .hasText(
                            "Completed",
                            new LocatorAssertions.HasTextOptions().setTimeout(400_000));
            for (var page : pages.entrySet()) {
                page.getValue().navigate(job);
                // The events of so many rounds take a moment to come.
                assertThat(page.getValue().locator(".feed li").first())
                        .containsText("The job is completed", patient(30));
                // On a phone the bar at the bottom would stand in the middle of the whole page.
                take(
                        page.getValue(),
                        "job-completed-" + page.getKey(),
                        !page.getKey().equals("phone"));
            }
            each(pages, address + "/jobs", "tbody tr", "jobs");
            each(pages, job + "/rounds/7", ".lanes tbody tr", "round");
            each(pages, address + "/models", ".files", "models");
        }
    }

    @Test
    void ofTwoHundredSitesAndOfTheSignIn() throws IOException {
        try (var chromium = Chromium.start();
                var stage =
                        new Stage(
                                work,
                                new ScriptedDesk("made-up-sites", ScriptedDesk.of(200).sites))) {
            var desk = stage.desk();
            desk.promise(3);
            desk.history(28, 9);
            var opened = Instant.now().minusSeconds(6);
            long round = desk.open(opened);
            stage.people(Set.of(Role.ADMIN));
            var pages = new LinkedHashMap<String, Page>();
            for (var look : LOOKS.entrySet()) {
                var page = chromium.open(look.getValue());
                page.navigate(stage.address("/"));
                page.waitForSelector("#name");
                take(page, "signin-" + look.getKey(), false);
                String job = stage.address("/jobs/" + ScriptedDesk.JOB);
                Chromium.signIn(page, job, "admin", Stage.PASSWORD);
                page.waitForSelector(".waffle");
                pages.put(look.getKey(), page);
            }
            for (int i = 0; i < 171; i++) {
                // The first are a little behind each other, the last come slowly.
                var at = opened.plusMillis(1500 + 12L * i + i * i * i / 2000);
                desk.pass(at, "uploaded", round, desk.sites.get(i));
            }
            for (String site : desk.sites.subList(171, 174)) {
                desk.drop(Instant.now(), round, site, "upload", "connection lost");
                desk.away.add(site);
            }
            pages.get("light").waitForTimeout(1_500);
            take(pages, "synthetic-200-job");
            take(pages.get("light"), "synthetic-200-job-whole-light", true);
            each(pages, stage.address("/"), ".tile", "synthetic-200-overview");
            each(pages, stage.address("/jobs"), "tbody tr", "synthetic-200-jobs");
            each(pages, stage.address("/sites"), "tbody tr", "synthetic-200-sites");
            each(pages, stage.address("/governance"), "#h-roles", "synthetic-200-governance");
            desk.close(Instant.now(), round, 9, Set.of());
            each(
                    pages,
                    stage.address("/jobs/" + ScriptedDesk.JOB + "/rounds/28"),
                    ".waffle",
                    "synthetic-200-round");
            desk.complete();
            each(pages, stage.address("/models"), ".files", "synthetic-200-models");
        }
    }

    private static Map<String, Page> signedIn(Chromium chromium, String address, String token) {
        var pages = new LinkedHashMap<String, Page>();
        LOOKS.forEach(
                (name, look) -> {
                    var page = chromium.open(look);
                    Chromium.signIn(page, address + "/", token);
                    pages.put(name, page);
                });
        return pages;
    }

    /** Goes to an address in every look and takes a picture once {@code ready} is there. */
    private static void each(Map<String, Page> pages, String address, String ready, String name)
            throws IOException {
        for (var page : pages.values()) {
            page.navigate(address);
            page.waitForSelector(ready);
        }
        pages.get("light").waitForTimeout(1_500);
        take(pages, name);
    }

    private static void take(Map<String, Page> pages, String name) throws IOException {
        for (var page : pages.entrySet()) {
            take(page.getValue(), name + "-" + page.getKey(), false);
        }
    }

    private static LocatorAssertions.ContainsTextOptions patient(int seconds) {
        return new LocatorAssertions.ContainsTextOptions().setTimeout(seconds * 1000.0);
    }

    /** Takes a picture and stores it with 256 colours, which is all that a page of this kind has. */
    private static void take(Page page, String name, boolean whole) throws IOException {
        // Nothing is under the pointer.
        page.mouse().move(0, 0);
        byte[] png = page.screenshot(new Page.ScreenshotOptions().setFullPage(whole));
        Files.createDirectories(FOLDER);
        var file = FOLDER.resolve(name + ".png");
        ImageIO.write(indexed(ImageIO.read(new ByteArrayInputStream(png))), "png", file.toFile());
        assertTrue(Files.size(file) > 2_000 && Files.size(file) < BYTES_MAX, name);
    }

    private static BufferedImage indexed(BufferedImage image) {
        var frequency = new HashMap<Integer, Integer>();
        for (int pixel : pixels(image)) {
            frequency.merge(pixel & 0xffffff, 1, Integer::sum);
        }
        int[] palette = palette(frequency);
        var nearest = new HashMap<Integer, Integer>();
        var result =
                new BufferedImage(
                        image.getWidth(),
                        image.getHeight(),
                        BufferedImage.TYPE_BYTE_INDEXED,
                        new IndexColorModel(8, palette.length, palette, 0, false, -1, 0));
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int colour = image.getRGB(x, y) & 0xffffff;
                int index = nearest.computeIfAbsent(colour, c -> nearest(c, palette));
                result.getRaster().setSample(x, y, 0, index);
            }
        }
        return result;
    }

    /** The most frequent colours, without those that are almost like a more frequent one. */
    private static int[] palette(Map<Integer, Integer> frequency) {
        var chosen = new int[256];
        int size = 0;
        for (var entry :
                frequency.entrySet().stream()
                        .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed())
                        .toList()) {
            int colour = entry.getKey();
            var so = Arrays.copyOf(chosen, size);
            if (size < chosen.length
                    && (size == 0 || distance(colour, so[nearest(colour, so)]) > 60)) {
                chosen[size++] = colour;
            }
        }
        return Arrays.copyOf(chosen, size);
    }

    private static int distance(int a, int b) {
        int red = (a >> 16) - (b >> 16);
        int green = (a >> 8 & 255) - (b >> 8 & 255);
        int blue = (a & 255) - (b & 255);
        return red * red + green * green + blue * blue;
    }

    private static int[] pixels(BufferedImage image) {
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }

    private static int nearest(int colour, int[] palette) {
        int best = 0;
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < palette.length; i++) {
            int distance = distance(colour, palette[i]);
            if (distance < least) {
                least = distance;
                best = i;
            }
        }
        return best;
    }

    private static Map<String, Chromium.Look> looks() {
        var looks = new LinkedHashMap<String, Chromium.Look>();
        looks.put("light", Chromium.Look.DESK);
        looks.put("dark", Chromium.Look.DARK);
        looks.put("phone", Chromium.Look.PHONE);
        return looks;
    }

    private static Path folder() {
        var root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("deploy").resolve("docs"))) {
            root = root.getParent();
        }
        return root.resolve("deploy/docs/img");
    }
}
