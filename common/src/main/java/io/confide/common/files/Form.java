package io.confide.common.files;

import java.util.regex.Pattern;

/** What a text may look like. */
enum Form {
    NAME(
            "[a-z0-9][a-z0-9-]{0,62}",
            "must be 1 to 63 lower-case letters, digits and hyphens, beginning with a letter or"
                    + " digit"),
    COLUMN(
            "[A-Za-z_][A-Za-z0-9_]{0,62}",
            "must be 1 to 63 letters, digits and underscores, not beginning with a digit"),
    SENTENCE("(?s)(?=.*\\S).{1,2000}", "must not be blank nor longer than 2000 characters"),
    TITLE("(?=.*\\S)[^\\p{Cntrl}]{1,80}", "must be 1 to 80 characters on one line, not all blank"),
    SQL("(?s).*\\S.*", "must not be blank"),
    HOST(
            "[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?|::1?",
            "must be a host name or address, without https:// and without a path"),
    KEY("[0-9a-f]{64}", "must be 64 lower-case hexadecimal digits (an Ed25519 public key)"),
    IDENTITY(
            "[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,255}",
            "must be 1 to 255 letters, digits and signs without blanks, quotes and backslashes,"
                    + " e.g. ada@example.org"),
    HTTPS(
            "https://[A-Za-z0-9.:\\[\\]-]{1,253}(/[A-Za-z0-9._~/-]{0,1024})?",
            "must be an https address without a query, as the provider names itself, e.g."
                    + " https://login.example.org"),
    CLAIM(
            "[A-Za-z_][A-Za-z0-9_.:/-]{0,126}",
            "must be the name of a claim, e.g. sub, email or preferred_username"),
    DATE("\\d{4}-\\d{2}-\\d{2}", "must be a date such as 2027-06-30"),
    ANY("(?s).+", "must not be empty");

    private final Pattern pattern;
    private final String sentence;

    Form(String pattern, String sentence) {
        this.pattern = Pattern.compile(pattern);
        this.sentence = sentence;
    }

    boolean matches(String text) {
        return pattern.matcher(text).matches();
    }

    /** What the text must be, to follow its path. */
    String sentence() {
        return sentence;
    }
}
