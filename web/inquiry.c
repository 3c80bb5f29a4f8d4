#include "inquiry.h"

#include "inquiry_inside.h"
#include "macros.h"
#include "part.h"
#include "text.h"

#include <assert.h>
#include <string.h>

enum { TOO_MANY_REQUESTS = 429, UNAVAILABLE = 503, TRY_AGAIN_S = 60 };

static const struct inquiry_form *const forms[INQUIRY_FORMS] = {&inquiry_check, &inquiry_consent};

/* "/fr/check/" has the language "fr". */
static bool is_at(const struct inquiry_form *form, const char *path, char language[8])
{
    for (const char *const *known = words_languages(); *known; known++) {
        size_t length = strlen(*known);
        if (*path != '/' || strncmp(path + 1, *known, length) != 0 || path[1 + length] != '/' ||
            strcmp(path + length + 2, form->path) != 0)
            continue;
        return text_copy(language, 8, *known);
    }
    return false;
}

bool inquiry_open(const char *path, struct inquiry *ret)
{
    *ret = (struct inquiry){0};
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        ret->form = i;
        if (is_at(forms[i], path, ret->language))
            return true;
    }
    return false;
}

void inquiry_read(struct inquiry *inquiry, const struct inquiry_data *data)
{
    forms[inquiry->form]->read(inquiry, data);
}

const struct turnstile_rules *inquiry_rules(size_t form)
{
    assert(form < INQUIRY_FORMS);
    return &forms[form]->rules;
}

/* ---- the part of the page ---- */

unsigned inquiry_say_trouble(struct inquiry *inquiry, const json_t *answer, struct sheet *sheet)
{
    if (inquiry->note == INQUIRY_TOO_OFTEN) {
        part_lead(sheet, N_("That was asked too often. Please try again in {duration}."),
                  VALUES(sheet_duration(sheet, "duration", inquiry->wait_s)));
        return TOO_MANY_REQUESTS;
    }
    if (inquiry->note != INQUIRY_NO_ANSWER && (inquiry->note != INQUIRY_ASKED || answer))
        return 0;
    part_lead(sheet, N_("The monitor does not answer at the moment. Please try again later."),
              NULL);
    inquiry->wait_s = TRY_AGAIN_S;
    return UNAVAILABLE;
}

unsigned inquiry_draw(struct inquiry *inquiry, const char *answer, size_t length,
                      struct buffer *out)
{
    const struct page page = {.language = inquiry->language};
    struct sheet sheet;
    json_error_t error;
    json_t *document = answer ? json_loadb(answer, length, JSON_REJECT_DUPLICATES, &error) : NULL;
    if (!json_is_object(document)) {
        json_decref(document);
        document = NULL;
    }
    sheet_open(&sheet, &page, out, "../../", "../");
    unsigned status = forms[inquiry->form]->draw(inquiry, document, &sheet);
    sheet_close(&sheet);
    json_decref(document);
    return status;
}
