/* Any bytes as a file of ChatonsInfos: remarks within bounds and in order, and nothing declared that could do harm. */
#include "chatonsinfos.h"

#include "text.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void check_url(const char *url)
{
    assert(!url || text_starts(url, "https://") || text_starts(url, "http://"));
}

static void check_declaration(const struct declaration *declaration)
{
    struct buffer out;
    check_url(declaration->website);
    check_url(declaration->logo);
    check_url(declaration->contact_url);
    check_url(declaration->legal_url);
    assert(!declaration->id || text_is_id(declaration->id));
    assert(declaration->sub_count <= DECLARATION_SUBS_MAX);
    for (size_t i = 0; i < declaration->sub_count; i++)
        check_url(declaration->subs[i].url);
    for (size_t i = 0; i < declaration->figures_count; i++)
        assert(declaration->figures[i].count <= 366);
    buffer_init(&out, 64 << 20);
    declaration_json(declaration, &out);
    assert(!out.overflow && text_is_utf8(out.bytes, out.length));
    buffer_fini(&out);
}

static void check_remarks(const struct remarks *remarks)
{
    assert(remarks->count <= REMARKS_MAX);
    for (size_t i = 0; i < remarks->count; i++) {
        struct buffer out;
        assert(!i || remarks->list[i - 1].line <= remarks->list[i].line);
        buffer_init(&out, 1 << 16);
        remark_print(&remarks->list[i], "f", NULL, &out);
        assert(text_is_utf8(out.bytes, out.length) &&
               (char *)memchr(out.bytes, '\n', out.length) == out.bytes + out.length - 1);
        buffer_fini(&out);
    }
}

static void check_entries(const struct properties *properties)
{
    for (size_t i = 0; i < properties->count; i++) {
        const struct property *property = &properties->list[i];
        assert(property->line && strlen(property->value) <= 2 * PROPERTIES_VALUE_MAX);
        assert(text_is_utf8(property->value, strlen(property->value)));
        assert(properties_find(properties, property->key) == property);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const struct wall now = {INT64_C(1768478400000)};
    static struct ontology ontology; /* read once: it is the same for all */
    struct properties properties;
    struct remarks remarks = {0};
    struct declaration declaration;
    if (!ontology.row_count)
        ontology_read(&ontology, ontology_builtin);
    properties_parse(&properties, (const char *)bytes, length, &remarks);
    check_entries(&properties);
    chatonsinfos_read(&properties, &ontology, CLASS_ORGANIZATION, now, &declaration, &remarks);
    properties_fini(&properties);
    remarks_sort(&remarks);
    check_declaration(&declaration);
    check_remarks(&remarks);
    declaration_fini(&declaration);
    remarks_fini(&remarks);
    return 0;
}
