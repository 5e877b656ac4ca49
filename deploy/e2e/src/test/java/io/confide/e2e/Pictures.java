package io.confide.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;

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
import java.util.List;
import java.util.Map;
import java.util.Set;

import javax.imageio.ImageIO;

/**
 * Takes the pictures in {@code deploy/docs/img}. Not part of the build; deploy/README.md says how to run it. Seven sites are
 * a real run of the demo in which one site is killed; 200 sites are made up.
 */
class Pictures {
    private static final Path FOLDER = folder();
    private static final Chromium.Look PHONE_DARK = new Chromium.Look(390, 844, ColorScheme.DARK);

    @TempDir Path work;

    @Test
    void ofSevenSites() throws Exception {
        try (var chromium = Chromium.start();
                var demo = DemoRun.startKept(work, 120)) {
            String address = demo.peopleAddress();
            var light = signedIn(chromium, Chromium.Look.DESK, address, demo.adminToken());
            var dark = signedIn(chromium, Chromium.Look.DARK, address, demo.adminToken());
            var phone = signedIn(chromium, Chromium.Look.PHONE, address, demo.adminToken());
            light.waitForSelector("tbody a", new Page.WaitForSelectorOptions().setTimeout(120_000));
            String job = address + light.getAttribute("tbody a", "href");
            for (var page : List.of(light, dark, phone)) {
                page.navigate(job);
            }
            assertThat(light.locator(".feed")).containsText("Round", patient(120));
            assertThat(light.locator(".lanes tbody tr"))
                    .hasCount(7, new LocatorAssertions.HasCountOptions().setTimeout(120_000));
            light.waitForTimeout(15_000);
            demo.kill9("lyon");
            assertThat(light.locator(".feed")).containsText("lyon dropped", patient(30));
            light.waitForTimeout(2_500);
            take(light, "job-light", false);
            take(dark, "job-dark", false);
            take(phone, "job-phone", false);
            for (var page : List.of(light, dark, phone)) {
                page.navigate(address + "/");
                page.waitForSelector(".alert");
                page.waitForSelector(".tile");
                page.waitForTimeout(1_000);
            }
            take(light, "overview-light", true);
            take(dark, "overview-dark", false);
            take(phone, "overview-phone", false);
            light.navigate(address + "/sites");
            light.waitForSelector(".is-off");
            take(light, "sites-light", false);
            light.navigate(job);
            assertThat(light.locator(".status--chip").first())
                    .hasText(
                            "Completed",
                            new LocatorAssertions.HasTextOptions().setTimeout(400_000));
            take(light, "job-completed-light", true);
            light.navigate(job + "/rounds/7");
            light.waitForSelector(".lanes tbody tr");
            take(light, "round-light", false);
            light.navigate(address + "/models");
            light.waitForSelector(".files");
            take(light, "models-light", false);
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
            desk.history(28, 9);
            long round = desk.open(Instant.now().minusSeconds(6));
            for (String site : desk.sites.subList(0, 171)) {
                desk.pass(Instant.now(), "uploaded", round, site);
            }
            for (String site : desk.sites.subList(171, 174)) {
                desk.drop(Instant.now(), round, site, "upload", "connection lost");
                desk.away.add(site);
            }
            for (var look : List.of(Chromium.Look.DESK, PHONE_DARK)) {
                var page = chromium.open(look);
                String name = look == PHONE_DARK ? "-phone-dark" : "-light";
                page.navigate(stage.address("/"));
                page.waitForSelector("#token");
                take(page, "signin" + name, false);
                Chromium.signIn(page, stage.address("/jobs/" + ScriptedDesk.JOB), Stage.TOKEN);
                page.waitForSelector(".waffle");
                // The upload of the open round came before this browser did.
                desk.sites
                        .subList(0, 171)
                        .forEach(site -> desk.pass(Instant.now(), "uploaded", round, site));
                page.waitForTimeout(1_500);
                take(page, "synthetic-200-sites" + name, false);
            }
            desk.close(Instant.now(), round, 9, Set.of());
        }
    }

    private static Page signedIn(
            Chromium chromium, Chromium.Look look, String address, String token) {
        var page = chromium.open(look);
        Chromium.signIn(page, address + "/", token);
        return page;
    }

    private static LocatorAssertions.ContainsTextOptions patient(int seconds) {
        return new LocatorAssertions.ContainsTextOptions().setTimeout(seconds * 1000.0);
    }

    /** Takes a picture and stores it with 256 colours, which is all that a page of this kind has. */
    private static void take(Page page, String name, boolean whole) throws IOException {
        byte[] png = page.screenshot(new Page.ScreenshotOptions().setFullPage(whole));
        Files.createDirectories(FOLDER);
        var file = FOLDER.resolve(name + ".png");
        ImageIO.write(indexed(ImageIO.read(new ByteArrayInputStream(png))), "png", file.toFile());
        assertTrue(Files.size(file) > 2_000, name);
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

    private static Path folder() {
        var root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("deploy").resolve("docs"))) {
            root = root.getParent();
        }
        return root.resolve("deploy/docs/img");
    }
}
