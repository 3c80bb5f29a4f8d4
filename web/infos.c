#include "infos.h"

#include "block.h"
#include "macros.h"
#include "sheet.h"
#include "text.h"
#include "writer.h"

#include <string.h>
#include <strings.h>

/* ---- lines ---- */

static bool is_quoted(const char *text)
{
    size_t length = strlen(text);
    return length > 1 && (*text == '"' || *text == '\'') && text[length - 1] == *text;
}

/* One pair of quotes is taken off by readers, and "null" is none. A backslash begins something in files of Java's; of what
 * looks like a path, a slash says as much. */
void infos_entry(struct buffer *out, const char *key, const char *value)
{
    char clean[512];
    if (!value)
        return;
    text_copy(clean, sizeof clean, value);
    for (char *c = clean; *c; c++)
        *c = (char)(*c == '\\' ? '/' : (unsigned char)*c < ' ' ? ' ' : *c);
    bool guarded = is_quoted(clean) || strcasecmp(clean, "null") == 0;
    buffer_printf(out, "%s = %s%s%s\n", key, guarded ? "\"" : "", clean, guarded ? "\"" : "");
}

void infos_head(const struct page *page, const char *class, struct buffer *out)
{
    buffer_text_add(out, "# [File]\n");
    infos_entry(out, "file.class", class);
    infos_entry(out, "file.protocol", "ChatonsInfos-0.5");
    buffer_printf(out, "file.generator = vibrisse %s\n", page->practice->version);
}

/* Below the site's root, as others have to ask for it. */
static void add_sub(struct sheet *sheet, const char *name, const char *path, const char *key)
{
    const char *file = words_format(&sheet->arena, path, VALUES(word_plain("key", key)));
    buffer_printf(sheet->out, "subs.%s = %s%s\n", name, output_root(sheet->page, "", &sheet->arena),
                  file);
}

bool infos_have_address(const struct page *page)
{
    const char *address = page->collective->address;
    return address && html_is_web_address(address);
}

static const char *web_address(const char *url)
{
    return url && html_is_web_address(url) && strncasecmp(url, "mailto:", 7) != 0 ? url : NULL;
}

/* ---- the federation ---- */

void infos_federation(const struct page *page, struct output_subject subject, struct buffer *out)
{
    struct sheet sheet;
    const struct collective *collective = page->collective;
    (void)subject;
    if (!infos_have_address(page))
        return;
    sheet_open(&sheet, page, out, "", "");
    infos_head(page, "federation", out);
    buffer_text_add(out, "\n# [Federation]\n");
    infos_entry(out, "federation.name",
                sheet_text(&sheet, N_("{name}, as measured"),
                           VALUES(word_plain("name", collective->name))));
    infos_entry(out, "federation.description",
                sheet_text(&sheet, N_("Availability measured by vibrisse from {vantage}"),
                           VALUES(word_plain("vantage", collective->vantage))));
    infos_entry(out, "federation.website", collective->address);
    if (collective->contact && strchr(collective->contact, '@') &&
        !strchr(collective->contact, ':'))
        infos_entry(out, "federation.contact.email", collective->contact);
    buffer_text_add(out, "\n# [Subs]\n");
    for (size_t i = 0; i < collective->hoster_count; i++)
        add_sub(&sheet, collective->hosters[i].id, INFOS_HOSTER, collective->hosters[i].id);
    sheet_close(&sheet);
}

/* ---- hosters ---- */

static const char *const presence_levels[] = {
    [PRESENCE_UNKNOWN] = NULL,
    [PRESENCE_ACTIVE] = "ACTIVE",
    [PRESENCE_IDLE] = "IDLE",
    [PRESENCE_AWAY] = "AWAY",
};

void infos_hoster(const struct page *page, struct output_subject subject, struct buffer *out)
{
    struct sheet sheet;
    const struct hoster *hoster = subject.hoster;
    if (!infos_have_address(page))
        return;
    sheet_open(&sheet, page, out, "", "");
    infos_head(page, "organization", out);
    buffer_text_add(out, "\n# [Organization]\n");
    infos_entry(out, "organization.name", block_hoster_name(&sheet, hoster));
    infos_entry(out, "organization.website", web_address(hoster->website));
    infos_entry(out, "organization.status.level", presence_levels[hoster->declared]);
    buffer_text_add(out, "\n# [Subs]\n");
    for (size_t i = 0; i < hoster->service_count; i++)
        add_sub(&sheet, hoster->services[i].id, INFOS_SERVICE, hoster->services[i].key);
    add_sub(&sheet, "vibrisse-metrics", INFOS_HOSTER_METRICS, hoster->id);
    sheet_close(&sheet);
}

/* ---- services ---- */

static const char *const state_levels[] = {
    [DECLARED_UNKNOWN] = NULL,  [DECLARED_NOMINAL] = "OK", [DECLARED_MAINTENANCE] = "WARNING",
    [DECLARED_ALERT] = "ALERT", [DECLARED_DOWN] = "ERROR", [DECLARED_OVER] = "OVER",
    [DECLARED_DRAFT] = "VOID",
};

static const char *const provider_types[] = {
    [HOSTING_UNKNOWN] = NULL,
    [HOSTING_HOME] = "HOME",
    [HOSTING_BAY] = "HOSTEDBAY",
    [HOSTING_SERVER] = "HOSTEDSERVER",
    [HOSTING_OUTSOURCED] = "OUTSOURCED",
};

/* Whoever asks for a service without a page of its own may read what is measured of it. */
static const char *website_of(struct sheet *sheet, const struct service *service)
{
    const char *website = web_address(service->url);
    return website ? website
                   : arena_printf(&sheet->arena, "%s%s/h/%s/",
                                  output_root(sheet->page, "", &sheet->arena),
                                  sheet->page->language, service->key);
}

void infos_service(const struct page *page, struct output_subject subject, struct buffer *out)
{
    struct sheet sheet;
    const struct service *service = subject.service;
    if (!infos_have_address(page))
        return;
    sheet_open(&sheet, page, out, "", "");
    infos_head(page, "service", out);
    buffer_text_add(out, "\n# [Service]\n");
    infos_entry(out, "service.name", block_service_name(&sheet, service));
    infos_entry(out, "service.website", website_of(&sheet, service));
    infos_entry(out, "service.status.level", state_levels[service->declared]);
    infos_entry(out, "service.status.description", service->declared_reason);
    infos_entry(out, "service.enddate", service->until);
    if (service->software) {
        buffer_text_add(out, "\n# [Software]\n");
        infos_entry(out, "software.name", service->software);
    }
    if (service->hosting != HOSTING_UNKNOWN) {
        buffer_text_add(out, "\n# [Host]\n");
        infos_entry(out, "host.provider.type", provider_types[service->hosting]);
    }
    buffer_text_add(out, "\n# [Subs]\n");
    add_sub(&sheet, "vibrisse-metrics", INFOS_SERVICE_METRICS, service->key);
    sheet_close(&sheet);
}
