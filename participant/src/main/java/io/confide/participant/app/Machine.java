package io.confide.participant.app;

import com.sun.management.OperatingSystemMXBean;

import io.confide.common.wire.Capacity;
import io.confide.participant.djl.DjlTrainer;

import java.lang.management.ManagementFactory;

/** What this process may use of the machine it runs on; in a container what that was given. */
final class Machine {
    private Machine() {}

    static Capacity capacity(DjlTrainer trainer) {
        var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return Capacity.of(
                Runtime.getRuntime().availableProcessors(),
                system.getTotalMemorySize(),
                trainer.accelerator());
    }
}
