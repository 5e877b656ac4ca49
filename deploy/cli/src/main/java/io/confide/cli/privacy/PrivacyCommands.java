package io.confide.cli.privacy;

import picocli.CommandLine.Command;

/** {@code confide privacy}. */
@Command(
        name = "privacy",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Work out what noise is worth, without any data.",
            "",
            "Accounts for noisy sums of clipped contributions. This version trains without noise:",
            "a job that asks for differential privacy is refused."
        })
public final class PrivacyCommands {}
