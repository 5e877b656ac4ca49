package io.confide.participant.app;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.confide.common.model.SiteId;
import io.confide.common.storage.PrivateFiles;
import io.confide.common.vector.MaskWarmUp;
import io.confide.participant.vault.Home;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.InstantSource;

/** {@code ready.json} in the home: there while the process is connected, for scripts and for {@code status}. */
final class ReadyFile {
    private static final Logger LOG = LoggerFactory.getLogger(ReadyFile.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Home home;
    private final SiteId site;
    private final InstantSource clock;

    ReadyFile(Home home, SiteId site, InstantSource clock) {
        this.home = home;
        this.site = site;
        this.clock = clock;
    }

    /**
     * Says that the process is ready.
     *
     * @param coordinator the address that it is connected to
     * @param warm what was done before, so that the first round is as fast as those after it
     */
    void write(URI coordinator, MaskWarmUp warm) {
        var json =
                JSON.createObjectNode()
                        .put("site", site.value())
                        .put("coordinator", coordinator.toString())
                        .put("pid", ProcessHandle.current().pid())
                        .put("warmedUpBytes", warm.bytes())
                        .put("since", clock.instant().toString());
        PrivateFiles.write(home.ready(), json.toPrettyString().getBytes(StandardCharsets.UTF_8));
    }

    void remove() {
        try {
            Files.deleteIfExists(home.ready());
        } catch (IOException e) {
            LOG.warn("event=readyFileStays reason=\"{}\"", e.getMessage());
        }
    }
}
