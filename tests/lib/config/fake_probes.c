#include "fake_probes.h"

#include "macros.h"

#include <stdio.h>
#include <string.h>

struct alpha {
    const char *method, *status, *contains;
    int64_t most;
    bool follow;
};

static const char *const method_words[] = {"get", "head", NULL};

static const struct schema_row alpha_rows[] = {
    {"method", SCHEMA_ENUM, offsetof(struct alpha, method), .words = method_words, .doc = "How.",
     .example = "head"},
    {"follow", SCHEMA_BOOL, offsetof(struct alpha, follow), .doc = "Whether.", .example = "no"},
    {"most", SCHEMA_SIZE, offsetof(struct alpha, most), 1, 1 << 20, .doc = "How much.",
     .example = "64KiB"},
    {"expect-status", SCHEMA_TEXT, offsetof(struct alpha, status), .doc = "Which.",
     .example = "200,204"},
    {"expect-body-contains", SCHEMA_TEXT, offsetof(struct alpha, contains), .doc = "What.",
     .example = "Etherpad"},
};
static const struct schema_row beta_rows[] = {
    {"question", SCHEMA_TEXT, 0, 0, 100, .required = true, .doc = ".Asked.", .example = "why"},
    {"expect-answer", SCHEMA_INT, sizeof(char *), 1, 42, .required = true, .doc = "Heard.",
     .example = "42"},
};

static const struct schema alpha = {"alpha", alpha_rows, ARRAY_LEN(alpha_rows)};
static const struct schema beta = {"beta", beta_rows, ARRAY_LEN(beta_rows)};
static const char *const schemes[] = {"alpha", "alphas", "beta", "https", NULL};
static const struct schema https = {"https", NULL, 0};

static const struct schema *options(const char *scheme)
{
    if (strcmp(scheme, "https") == 0)
        return &https;
    if (strcmp(scheme, "beta") == 0)
        return &beta;
    return strcmp(scheme, "alpha") == 0 || strcmp(scheme, "alphas") == 0 ? &alpha : NULL;
}

/* alpha's head goes without most. */
static int check(const char *scheme, const struct probe_option *list, size_t count,
                 struct fault *fault)
{
    bool head = false, most = false;
    for (size_t i = 0; i < count; i++) {
        head = head || strcmp(list[i].value, "head") == 0;
        most = most || strcmp(list[i].name, "most") == 0;
    }
    return head && most ? fault_set(fault, "%s: head goes without most", scheme) : 0;
}

/* beta is somewhere. */
static int check_url(const char *url, struct fault *fault)
{
    return strcmp(url, "beta://nowhere") == 0 ? fault_set(fault, "beta is not nowhere") : 0;
}

static const struct schema_row bell_rows[] = {
    {"url", SCHEMA_URL, 0, .required = true, .doc = "Where it hangs.",
     .example = "https://b.example/"},
    {"token", SCHEMA_TEXT, sizeof(char *), 1, 20, .secret = true, .doc = "Who may ring.",
     .example = "{file: /etc/token}"},
    {"to", SCHEMA_TEXT, 2 * sizeof(char *), 1, 100, .doc = "Whom.", .example = "[a, b]"},
};
static const struct schema bell = {"bell", bell_rows, ARRAY_LEN(bell_rows)};
static const struct schema_row mail_rows[] = {
    {"to", SCHEMA_TEXT, 0, 1, 100, .required = true, .doc = "Whom.", .example = "[a@b.example]"},
    {"from", SCHEMA_TEXT, sizeof(char *), 1, 100, .doc = "Who.", .example = "a@b.example"},
    {"password", SCHEMA_TEXT, 2 * sizeof(char *), 1, 100, .secret = true, .doc = "Proof.",
     .example = "{file: /etc/password}"},
};
static const struct schema mail = {"mail", mail_rows, ARRAY_LEN(mail_rows)};
static const char *const channel_names[] = {"bell", "mail", NULL};

static const struct schema *channel_options(const char *name)
{
    if (strcmp(name, "mail") == 0)
        return &mail;
    return strcmp(name, "bell") == 0 ? &bell : NULL;
}

/* The bell does not ring for "nobody". */
static int check_channel(const char *name, const struct probe_option *list, size_t count,
                         struct fault *fault)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].value, "nobody") == 0)
            return fault_set(fault, "%s: nobody hears it", name);
    return 0;
}

/* Nobody has wrong words. */
static int check_template(const char *file, const char *text, struct fault *fault)
{
    return strstr(text, "wrong") ? fault_set(fault, "%s: wrong", file) : 0;
}

/* As good a name as tests need. */
static void name_text(const char *text, char name[CONFIG_NAME_SIZE])
{
    snprintf(name, CONFIG_NAME_SIZE, "%u-%.8s", (unsigned)strlen(text) % 1000, text);
}

static const struct config_channels channels = {channel_names, channel_options, check_channel,
                                                check_template, name_text};

const struct config_probes fake_probes = {schemes,   options, check,    NULL,
                                          check_url, NULL,    &channels};
