/* Any bytes as a main file and, after a line "%%%", as the file of a hoster, and after another one as a file of software:
 * faults or a configuration, which is then printed and must load to the same. */
#include "draft.h"

#include "macros.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

struct web {
    const char *status, *contains;
    int64_t most;
    bool follow;
};

static const struct schema_row web_rows[] = {
    {"follow", SCHEMA_BOOL, offsetof(struct web, follow), .doc = "Whether.", .example = "no"},
    {"most", SCHEMA_SIZE, offsetof(struct web, most), 1, 1 << 20, .doc = "How much.",
     .example = "64KiB"},
    {"expect-status", SCHEMA_TEXT, offsetof(struct web, status), .doc = "Which.", .example = "200"},
    {"expect-body-contains", SCHEMA_TEXT, offsetof(struct web, contains), .doc = "What.",
     .example = "Etherpad"},
};
static const struct schema web = {"http", web_rows, ARRAY_LEN(web_rows)}, plain = {"tcp", NULL, 0};
static const char *const schemes[] = {"http", "https", "tcp", NULL};

static const struct schema *options(const char *scheme)
{
    if (strcmp(scheme, "tcp") == 0)
        return &plain;
    return strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0 ? &web : NULL;
}

struct part {
    const char *bytes; /* NULL = there is none */
    size_t length;
};

static struct config *load(struct part main, struct part hoster, struct part software)
{
    static const struct config_probes probes = {schemes, options, NULL, NULL, NULL, NULL, NULL};
    struct fault_list faults = {0};
    struct config *config = NULL;
    struct draft draft;
    draft_init(&draft, &probes, &faults);
    draft_main(&draft, "main", main.bytes, main.length);
    if (software.bytes)
        draft_software(&draft, "software", software.bytes, software.length);
    if (hoster.bytes)
        draft_hoster(&draft, "hoster", hoster.bytes, hoster.length);
    int rc = draft_finish(&draft, &config);
    draft_fini(&draft);
    assert(rc == 0 ? config && !faults.count : !config && faults.count);
    fault_list_free(&faults);
    return config;
}

static char *print(const struct config *config, size_t *ret_length)
{
    char *text;
    FILE *out = open_memstream(&text, ret_length);
    config_print(config, out);
    fclose(out);
    return text;
}

/* Printing says everything at length, so what has just room may have none when printed. */
static void check_round_trip(const struct config *config)
{
    static const struct part none = {NULL, 0};
    size_t length, again_length;
    char *text = print(config, &length);
    struct config *again =
        length <= DOCUMENT_BYTES ? load((struct part){text, length}, none, none) : NULL;
    assert(again || length > DOCUMENT_BYTES);
    if (again) {
        char *again_text = print(again, &again_length);
        assert(length == again_length && memcmp(text, again_text, length) == 0);
        free(again_text);
    }
    config_free(again);
    free(text);
}

/* What stands before the next cut; *rest is what stands behind it. */
static struct part take(struct part *rest)
{
    static const char cut[] = "\n%%%\n";
    struct part part = *rest;
    const char *found = part.length ? memmem(part.bytes, part.length, cut, strlen(cut)) : NULL;
    *rest = (struct part){NULL, 0};
    if (found) {
        rest->bytes = found + strlen(cut);
        rest->length = part.length - (size_t)(rest->bytes - part.bytes);
        part.length = (size_t)(found - part.bytes);
    }
    return part;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct part rest = {(const char *)bytes, length};
    struct part main = take(&rest), hoster = take(&rest);
    struct config *config = load(main, hoster, rest);
    if (config)
        check_round_trip(config);
    config_free(config);
    return 0;
}
