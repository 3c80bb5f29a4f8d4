/* Any bytes as a main file and, after a line "%%%", as the file of a hoster: faults or a configuration, which is then
 * printed and must load to the same. */
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

static struct config *load(const char *main, size_t main_length, const char *hoster,
                           size_t hoster_length)
{
    static const struct config_probes probes = {schemes, options, NULL, NULL, NULL};
    struct fault_list faults = {0};
    struct config *config = NULL;
    struct draft draft;
    draft_init(&draft, &probes, &faults);
    draft_main(&draft, "main", main, main_length);
    if (hoster)
        draft_hoster(&draft, "hoster", hoster, hoster_length);
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
    size_t length, again_length;
    char *text = print(config, &length);
    struct config *again = length <= DOCUMENT_BYTES ? load(text, length, NULL, 0) : NULL;
    assert(again || length > DOCUMENT_BYTES);
    if (again) {
        char *again_text = print(again, &again_length);
        assert(length == again_length && memcmp(text, again_text, length) == 0);
        free(again_text);
    }
    config_free(again);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const char cut[] = "\n%%%\n";
    const char *text = (const char *)bytes;
    const char *found = length ? memmem(text, length, cut, strlen(cut)) : NULL;
    const char *hoster = found ? found + strlen(cut) : NULL;
    struct config *config = load(text, found ? (size_t)(found - text) : length, hoster,
                                 hoster ? length - (size_t)(hoster - text) : 0);
    if (config)
        check_round_trip(config);
    config_free(config);
    return 0;
}
