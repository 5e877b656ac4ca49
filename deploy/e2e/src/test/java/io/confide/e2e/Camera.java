package io.confide.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;

/** Takes pictures of pages, in every look, into one folder; none is larger than 200 KB. */
final class Camera {
    static final Map<String, Chromium.Look> LOOKS = looks();
    private static final long BYTES_MAX = 200 << 10;

    /** A page of this kind has no more; a long one may have to do with fewer. */
    private static final int[] COLOURS = {256, 96, 48, 24};

    /** Higher than any page of ours. */
    private static final int HEIGHT_MAX = 12_000;

    private static final int ATTEMPTS = 20;

    /** What is in the bar while the coordinator is heard of; a picture of a page that does not hear of it says so in its name. */
    private static final String LIVE = ".app-bar .live__dot--ok";

    private static final String UNHEARD = "reconnecting";

    private final Path folder;
    private final String label;

    /** @param label stands in the bar of every picture; empty for what is real */
    Camera(Path folder, String label) {
        this.folder = folder;
        this.label = label;
    }

    /** Goes to an address in every look and takes a picture once {@code ready} is there. */
    void each(Map<String, Page> pages, String address, String ready, String name)
            throws IOException {
        for (var page : pages.values()) {
            page.navigate(address);
            page.waitForSelector(ready);
            page.waitForSelector(LIVE);
        }
        pages.get("light").waitForTimeout(1_500);
        each(pages, name);
    }

    /** Takes a picture in every look. */
    void each(Map<String, Page> pages, String name) throws IOException {
        for (var page : pages.entrySet()) {
            take(page.getValue(), name + "-" + page.getKey());
        }
    }

    /** Takes a picture of what is seen without scrolling. */
    void take(Page page, String name) throws IOException {
        // Nothing is under the pointer.
        page.mouse().move(0, 0);
        page.evaluate(LABEL, label);
        if (page.locator(".app-bar .live").count() > 0 && !name.contains(UNHEARD)) {
            page.waitForSelector(LIVE);
        }
        store(page.screenshot(), name);
    }

    /** Takes a picture with a shadow in it, which fewer colours would draw as steps. */
    void takeWithAllColours(Page page, String name) throws IOException {
        page.mouse().move(0, 0);
        page.evaluate(LABEL, label);
        var image = ImageIO.read(new ByteArrayInputStream(page.screenshot()));
        var opaque =
                new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
        opaque.createGraphics().drawImage(image, 0, 0, null);
        keep(packed(opaque), name);
    }

    /** Takes a picture of the whole page, as if the window were as high: what sticks to an edge is there once. */
    void whole(Page page, String name) throws IOException {
        var size = page.viewportSize();
        // What is drawn to a width becomes higher or lower, and a page that is live grows.
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int height = height(page);
            page.setViewportSize(size.width, Math.min(height, HEIGHT_MAX));
            page.waitForTimeout(400);
            if (height(page) == height) {
                take(page, name);
                if (height(page) == height) {
                    page.setViewportSize(size.width, size.height);
                    return;
                }
            }
        }
        throw new AssertionError(name + " does not come to rest");
    }

    private static int height(Page page) {
        return ((Number) page.evaluate(HEIGHT)).intValue();
    }

    private static final String HEIGHT =
            """
            () => {
              const foot = document.querySelector(".page-foot").getBoundingClientRect();
              return Math.ceil(foot.bottom + scrollY + (innerWidth < 760 ? 64 : 8));
            }
            """;

    private static final String LABEL =
            """
            (text) => {
              if (!text || document.getElementById("camera")) return;
              const label = document.createElement("span");
              label.id = "camera";
              label.textContent = text;
              Object.assign(label.style, { border: "1px dashed currentColor", borderRadius: "4px", padding: "1px 7px", font: "600 11px system-ui", whiteSpace: "nowrap" });
              document.querySelector(".app-bar__end").prepend(label);
            }
            """;

    /** Stores a picture with as many colours as fit. */
    private void store(byte[] png, String name) throws IOException {
        var image = ImageIO.read(new ByteArrayInputStream(png));
        byte[] packed = {};
        for (int colours : COLOURS) {
            packed = packed(indexed(image, colours));
            if (packed.length < BYTES_MAX) {
                break;
            }
        }
        keep(packed, name);
    }

    private void keep(byte[] packed, String name) throws IOException {
        assertTrue(packed.length > 2_000 && packed.length < BYTES_MAX, name);
        Files.createDirectories(folder);
        Files.write(folder.resolve(name + ".png"), packed);
    }

    /** As small as the format allows. */
    private static byte[] packed(BufferedImage image) throws IOException {
        var writer = ImageIO.getImageWritersByFormatName("png").next();
        var how = writer.getDefaultWriteParam();
        how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        how.setCompressionQuality(0);
        var bytes = new ByteArrayOutputStream();
        try (var out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, List.of(), null), how);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static BufferedImage indexed(BufferedImage image, int colours) {
        var frequency = new HashMap<Integer, Integer>();
        for (int pixel : pixels(image)) {
            frequency.merge(pixel & 0xffffff, 1, Integer::sum);
        }
        int[] palette = palette(frequency, colours);
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
    private static int[] palette(Map<Integer, Integer> frequency, int colours) {
        var chosen = new int[colours];
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
}
