#include "site_load.h"

#include "compress.h"
#include "hash.h"
#include "stale.h"

#include <stdlib.h>
#include <string.h>

uint64_t site_load_version(uint64_t hash, bool has_slot, const struct site_wish *wish)
{
    uint64_t parts[] = {hash, (uint64_t)wish->told_s, wish->stale};
    return has_slot && wish->told_s ? hash_bytes(parts, sizeof parts) : hash;
}

static void fill_slot(struct buffer *content, const char *slot, const struct site_wish *wish)
{
    enum { NOTICE_MOST = 64 * 1024 };
    size_t before = (size_t)(slot - content->bytes), after = before + strlen(PAGE_STALE_MARK);
    struct buffer filled;
    buffer_init(&filled, content->length + NOTICE_MOST);
    buffer_add(&filled, content->bytes, before);
    page_stale_notice(wish->language, wish->told_s, &filled);
    buffer_add(&filled, content->bytes + after, content->length - after);
    buffer_fini(content);
    *content = filled;
}

static void replace(struct buffer *content, const struct site_wish *wish)
{
    const struct stale_file file = {wish->path, buffer_text(content), content->length, wish->told_s,
                                    !wish->stale};
    struct buffer told;
    buffer_init(&told, SITE_LOAD_MAX + 1024);
    if (!stale_write(&file, wish->language, &told)) {
        buffer_fini(&told);
        return;
    }
    buffer_fini(content);
    *content = told;
}

static enum encoding compress(struct buffer *content, const struct site_wish *wish)
{
    struct buffer packed;
    buffer_init(&packed, content->length);
    bool smaller = false;
    if (wish->encoding == ENCODING_BROTLI)
        smaller =
            compress_brotli(content->bytes, content->length, wish->type->brotli_quality, &packed);
    else if (wish->encoding == ENCODING_GZIP)
        smaller = compress_gzip(content->bytes, content->length, &packed);
    if (!smaller) {
        buffer_fini(&packed);
        return ENCODING_IDENTITY;
    }
    buffer_fini(content);
    *content = packed;
    return wish->encoding;
}

/* Buffers grow by doubling; what is kept should not cost twice its size. */
static char *take_exactly(struct buffer *content, size_t *ret_length)
{
    char *bytes = buffer_take(content, ret_length);
    char *exact = realloc(bytes, *ret_length + 1);
    return exact ? exact : bytes;
}

static struct site_body *make_body(struct buffer *content, const struct site_wish *wish,
                                   uint64_t version)
{
    size_t length;
    enum encoding actual = wish->type->compressible ? compress(content, wish) : ENCODING_IDENTITY;
    char *bytes = take_exactly(content, &length);
    struct site_body *body = site_body_new(bytes, length);
    body->version = version;
    body->encoding = wish->encoding;
    body->actual = actual;
    return body;
}

int site_load(int folder, const char *file, const struct site_wish *wish, struct site_load *ret)
{
    struct buffer content;
    buffer_init(&content, SITE_LOAD_MAX);
    *ret = (struct site_load){0};
    int error = site_file_read(folder, file, &ret->identity, &content);
    if (error) {
        buffer_fini(&content);
        return error;
    }
    const char *slot = wish->type->page ? strstr(buffer_text(&content), PAGE_STALE_MARK) : NULL;
    uint64_t hash = hash_bytes(buffer_text(&content), content.length);
    ret->hash = hash ? hash : 1;
    bool has_form = stale_has_form(wish->path);
    ret->has_slot = slot || has_form;
    if (slot && wish->told_s)
        fill_slot(&content, slot, wish);
    else if (has_form && wish->told_s)
        replace(&content, wish);
    ret->body = make_body(&content, wish, site_load_version(ret->hash, ret->has_slot, wish));
    return 0;
}
