#include "outlet.h"

#include "folder.h"

#include <string.h>

const char *const *outlet_languages(const struct collective *collective)
{
    return collective->languages && collective->languages[0] ? collective->languages
                                                             : page_languages();
}

bool outlet_speaks(const struct collective *collective, const char *language)
{
    const char *const *languages = outlet_languages(collective);
    for (size_t i = 0; languages[i]; i++)
        if (strcmp(languages[i], language) == 0)
            return true;
    return false;
}

double outlet_on_disk(size_t length)
{
    size_t block = 4096;
    return (double)((length + block - 1) / block * block + 2 * block);
}

struct outlet outlet_of(const struct collective *collective, enum output_scope scope, size_t index)
{
    struct outlet outlet = {.scope = scope};
    if (scope == OUTPUT_SERVICE)
        outlet.subject.service = collective->services[index];
    if (scope == OUTPUT_HOSTER)
        outlet.subject.hoster = &collective->hosters[index];
    return outlet;
}

bool outlet_shows(const struct outlet *outlet, const struct service *service)
{
    if (outlet->scope == OUTPUT_SERVICE)
        return outlet->subject.service == service;
    return outlet->scope == OUTPUT_COLLECTIVE || outlet->subject.hoster == service->hoster;
}

/* Most of the time nothing changed, and nothing is written. */
static int write_one(const struct outlet *outlet, const struct output *output, int folder,
                     const struct page *page, struct buffer *bytes, double *written,
                     struct fault *fault)
{
    struct arena arena = {0};
    int rc = 0;
    buffer_clear(bytes);
    output->write(page, outlet->subject, bytes);
    const char *path = output_path(output, output_key(outlet->subject), page->language, &arena);
    if (bytes->overflow) {
        rc = fault_set(fault, "the file %s is larger than %d bytes", path, PAGE_MAX);
    } else if (bytes->length) {
        rc = folder_update(folder, path, buffer_text(bytes), bytes->length, fault);
        *written += rc == FOLDER_SAME ? 0 : outlet_on_disk(bytes->length);
    }
    arena_free(&arena);
    return rc < 0 ? -1 : 0;
}

int outlet_write(const struct outlet *outlet, int folder, const struct page *page, bool with_days,
                 double *written, struct fault *fault)
{
    const char *const *languages = outlet_languages(page->collective);
    struct page inside = *page;
    struct buffer bytes; /* of one file after the other */
    int rc = 0;
    size_t count;
    const struct output *rows = outputs(&count);
    page_buffer_init(&bytes);
    for (size_t i = 0; i < count && !rc; i++) {
        bool many = output_is_by_language(&rows[i]);
        if (rows[i].scope != outlet->scope || (rows[i].by_day && !with_days))
            continue;
        for (size_t l = 0; !rc && languages[l] && (l == 0 || many); l++) {
            inside.language = languages[l];
            rc = write_one(outlet, &rows[i], folder, &inside, &bytes, written, fault);
        }
    }
    buffer_fini(&bytes);
    return rc;
}

static bool is_gone(const struct outlet *outlet, const struct collective *now)
{
    if (outlet->subject.service)
        return !collective_service(now, outlet->subject.service->key);
    return outlet->subject.hoster && !collective_hoster(now, outlet->subject.hoster->id);
}

void outlet_remove(const struct outlet *outlet, int folder, const struct collective *before,
                   const struct config *config)
{
    const char *const *languages = outlet_languages(before);
    bool gone = is_gone(outlet, &config->collective);
    struct arena arena = {0};
    size_t count;
    const struct output *rows = outputs(&count);
    for (size_t i = 0; i < count; i++) {
        bool many = output_is_by_language(&rows[i]);
        for (size_t l = 0; languages[l] && (l == 0 || many); l++)
            if (rows[i].scope == outlet->scope &&
                (gone || (many && !outlet_speaks(&config->collective, languages[l]))))
                folder_remove(folder, output_path(&rows[i], output_key(outlet->subject),
                                                  languages[l], &arena));
    }
    arena_free(&arena);
}
