#include "certificate_json.h"

#include "json.h"
#include "stamp.h"
#include "text.h"

#include <string.h>

static void add_pair(struct buffer *out, const char *key, const char *value)
{
    buffer_printf(out, ",\"%s\":", key);
    json_add_text(out, value);
}

/* Left out when there is nothing to say, as for most. */
static void add_notices(struct buffer *out, unsigned notices)
{
    const char *before = ",\"notices\":[";
    for (int i = 0; i < NOTICE_COUNT; i++) {
        if (!(notices & notice_bit((enum notice)i)))
            continue;
        buffer_printf(out, "%s\"%s\"", before, notice_code((enum notice)i));
        before = ",";
    }
    if (notices)
        buffer_byte(out, ']');
}

void certificate_json_add(struct buffer *out, const struct certificate *certificate)
{
    char stamp[STAMP_SIZE];
    buffer_printf(out, "{\"sha256\":\"%s\"", certificate->sha256);
    if (certificate->key_sha256[0])
        add_pair(out, "key_sha256", certificate->key_sha256);
    add_pair(out, "subject", certificate->subject);
    add_pair(out, "issuer", certificate->issuer);
    if (certificate->names[0])
        add_pair(out, "names", certificate->names);
    add_pair(out, "not_before", stamp_seconds(wall_seconds(certificate->not_before), stamp));
    add_pair(out, "not_after", stamp_seconds(wall_seconds(certificate->not_after), stamp));
    add_pair(out, "key", certificate->key);
    add_pair(out, "protocol", certificate->protocol);
    buffer_printf(out, ",\"sans\":%d,\"chain_ok\":%s", certificate->sans,
                  certificate->chain_ok ? "true" : "false");
    add_notices(out, certificate->notices);
    buffer_byte(out, '}');
}

static bool is_sha256(const char *text)
{
    return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

/* A digest is compared as it stands: cleaning or cutting would make another of it. */
static bool get_digest(const json_t *object, const char *key, char to[65])
{
    const char *text = json_string_value(json_object_get(object, key));
    return text && is_sha256(text) && text_copy(to, 65, text);
}

/* Those of a newer writer are passed over. */
static unsigned read_notices(const json_t *list)
{
    unsigned notices = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        enum notice notice;
        const char *code = json_string_value(json_array_get(list, i));
        if (code && notice_parse(code, &notice))
            notices |= notice_bit(notice);
    }
    return notices;
}

bool certificate_json_read(const json_t *object, struct certificate *ret)
{
    *ret = (struct certificate){0};
    if (!get_digest(object, "sha256", ret->sha256) ||
        (json_object_get(object, "key_sha256") &&
         !get_digest(object, "key_sha256", ret->key_sha256)) ||
        !json_get_text(object, "subject", ret->subject, sizeof ret->subject) ||
        !json_get_text(object, "issuer", ret->issuer, sizeof ret->issuer) ||
        !json_get_text(object, "names", ret->names, sizeof ret->names) ||
        !json_get_text(object, "key", ret->key, sizeof ret->key) ||
        !json_get_text(object, "protocol", ret->protocol, sizeof ret->protocol) ||
        !json_get_time(object, "not_before", &ret->not_before.ms) ||
        !json_get_time(object, "not_after", &ret->not_after.ms))
        return false;
    json_int_t sans = json_integer_value(json_object_get(object, "sans"));
    ret->sans = sans < 0 || sans > 100000 ? 0 : (int)sans;
    ret->chain_ok = json_is_true(json_object_get(object, "chain_ok"));
    ret->notices = read_notices(json_object_get(object, "notices"));
    return true;
}
