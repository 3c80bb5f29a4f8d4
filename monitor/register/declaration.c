#include "declaration.h"

#include "json.h"
#include "macros.h"

#include <math.h>

void declaration_fini(struct declaration *declaration)
{
    arena_free(&declaration->arena);
    *declaration = (struct declaration){0};
}

static const struct {
    const char *name;
    size_t offset;
} texts[] = {
    {"id", offsetof(struct declaration, id)},
    {"name", offsetof(struct declaration, name)},
    {"description", offsetof(struct declaration, description)},
    {"website", offsetof(struct declaration, website)},
    {"logo", offsetof(struct declaration, logo)},
    {"contact_url", offsetof(struct declaration, contact_url)},
    {"contact_email", offsetof(struct declaration, contact_email)},
    {"legal_url", offsetof(struct declaration, legal_url)},
    {"guide_user", offsetof(struct declaration, guide_user)},
    {"guide_technical", offsetof(struct declaration, guide_technical)},
    {"start", offsetof(struct declaration, start)},
    {"end", offsetof(struct declaration, end)},
    {"status_description", offsetof(struct declaration, status_description)},
    {"type", offsetof(struct declaration, type)},
    {"owner", offsetof(struct declaration, owner)},
    {"country", offsetof(struct declaration, country)},
    {"country_code", offsetof(struct declaration, country_code)},
    {"member_since", offsetof(struct declaration, member_since)},
    {"member_until", offsetof(struct declaration, member_until)},
    {"registration", offsetof(struct declaration, registration)},
    {"registration_load", offsetof(struct declaration, registration_load)},
    {"install_type", offsetof(struct declaration, install_type)},
    {"software", offsetof(struct declaration, software)},
    {"software_website", offsetof(struct declaration, software_website)},
    {"software_version", offsetof(struct declaration, software_version)},
    {"software_license", offsetof(struct declaration, software_license)},
    {"host", offsetof(struct declaration, host)},
    {"host_kind", offsetof(struct declaration, host_kind)},
    {"host_place", offsetof(struct declaration, host_place)},
    {"host_system", offsetof(struct declaration, host_system)},
    {"host_country_code", offsetof(struct declaration, host_country_code)},
    {"protocol", offsetof(struct declaration, protocol)},
    {"generator", offsetof(struct declaration, generator)},
    {"datetime", offsetof(struct declaration, datetime)},
};

static void add_text(struct buffer *out, const char *name, const char *text)
{
    if (!text)
        return;
    buffer_printf(out, ",\"%s\":", name);
    json_add_text(out, text);
}

static void add_degrees(struct buffer *out, const char *name, double degrees)
{
    if (!isnan(degrees))
        buffer_printf(out, ",\"%s\":%.10g", name, degrees);
}

static void add_figures(struct buffer *out, const struct declaration_figures *figures)
{
    buffer_text_add(out, "{\"path\":");
    json_add_text(out, figures->path);
    buffer_printf(out, ",\"year\":%d,\"period\":\"%s\",\"values\":[", figures->year,
                  figures->period);
    for (size_t i = 0; i < figures->count; i++) {
        buffer_text_add(out, i ? "," : "");
        if (isnan(figures->values[i]))
            buffer_text_add(out, "null");
        else
            buffer_printf(out, "%.15g", figures->values[i]);
    }
    buffer_text_add(out, "]}");
}

static void add_lists(struct buffer *out, const struct declaration *declaration)
{
    buffer_text_add(out, ",\"subs\":[");
    for (size_t i = 0; i < declaration->sub_count; i++) {
        buffer_text_add(out, i ? ",{\"name\":" : "{\"name\":");
        json_add_text(out, declaration->subs[i].name);
        add_text(out, "url", declaration->subs[i].url);
        buffer_byte(out, '}');
    }
    buffer_text_add(out, "],\"figures\":[");
    for (size_t i = 0; i < declaration->figures_count; i++) {
        buffer_text_add(out, i ? "," : "");
        add_figures(out, &declaration->figures[i]);
    }
    buffer_byte(out, ']');
}

void declaration_json(const struct declaration *declaration, struct buffer *out)
{
    buffer_printf(out, "{\"class\":\"%s\"", class_words[declaration->class]);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        add_text(out, texts[i].name,
                 *(const char *const *)(const void *)((const char *)declaration + texts[i].offset));
    if (declaration->status != PRESENCE_UNKNOWN)
        add_text(out, "status", presence_words[declaration->status]);
    if (declaration->membership != PRESENCE_UNKNOWN)
        add_text(out, "membership", presence_words[declaration->membership]);
    if (declaration->state != DECLARED_UNKNOWN)
        add_text(out, "state", declared_words[declaration->state]);
    add_degrees(out, "latitude", declaration->latitude);
    add_degrees(out, "longitude", declaration->longitude);
    add_lists(out, declaration);
    buffer_byte(out, '}');
}
