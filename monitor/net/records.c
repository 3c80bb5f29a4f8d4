#include "records.h"

#include "dns_record.h"
#include "macros.h"
#include "text.h"

#include <string.h>

/* What is left of a record's data. */
struct rest {
    const struct dns_message *message;
    size_t at, end;
};

static bool take(struct rest *rest, size_t length, const uint8_t **ret)
{
    if (rest->end - rest->at < length)
        return false;
    *ret = rest->message->bytes + rest->at;
    rest->at += length;
    return true;
}

static bool take_number(struct rest *rest, uint16_t *ret)
{
    const uint8_t *bytes;
    if (!take(rest, 2, &bytes))
        return false;
    *ret = (uint16_t)(bytes[0] << 8 | bytes[1]);
    return true;
}

/* A name with odd bytes in it may be too long in words; no host has such a name. */
static bool take_target(struct rest *rest, struct record *ret)
{
    struct dns_name name;
    char text[DNS_NAME_TEXT_SIZE];
    if (!dns_name_read(rest->message, &rest->at, &name) || rest->at != rest->end)
        return false;
    dns_name_text(&name, text);
    text[strlen(text) - 1] = '\0';
    return text_copy(ret->target, sizeof ret->target, text);
}

static bool take_tlsa(struct rest *rest, struct record *ret)
{
    const uint8_t *head, *bytes;
    if (!take(rest, 3, &head))
        return false;
    size_t length = rest->end - rest->at;
    ret->tlsa.usage = head[0];
    ret->tlsa.selector = head[1];
    ret->tlsa.matching = head[2];
    if (length > RECORDS_TLSA_MAX || !take(rest, length, &bytes))
        return true;
    ret->tlsa.length = (uint8_t)length;
    memcpy(ret->tlsa.bytes, bytes, length);
    return true;
}

static bool take_text(const struct dns_message *message, const struct dns_record *source,
                      struct record *ret)
{
    char text[DNS_RECORD_TEXT_SIZE];
    if (!dns_record_text(message, source, text))
        return false;
    text_copy(ret->text, sizeof ret->text, text);
    return true;
}

static bool read_record(const struct dns_message *message, const struct dns_record *source,
                        struct record *ret)
{
    struct rest rest = {message, source->data, source->data + source->length};
    switch (source->type) {
    case DNS_SRV:
        return take_number(&rest, &ret->priority) && take_number(&rest, &ret->weight) &&
               take_number(&rest, &ret->port) && take_target(&rest, ret);
    case DNS_MX:
        return take_number(&rest, &ret->priority) && take_target(&rest, ret);
    case DNS_NS:
        return take_target(&rest, ret);
    case DNS_TLSA:
        return take_tlsa(&rest, ret);
    default:
        return take_text(message, source, ret);
    }
}

bool records_read(const struct dns_question *question, const struct dns_message *message,
                  struct records_answer *ret)
{
    struct dns_answers answers;
    ret->count = 0;
    ret->ttl = 0;
    if (!dns_answers_find(question, message, &answers))
        return false;
    for (size_t i = 0; i < answers.count && i < RECORDS_MAX; i++) {
        const struct dns_record *source = &answers.records[i];
        struct record *record = &ret->records[i];
        *record = (struct record){0};
        if (!read_record(message, source, record))
            return false;
        ret->ttl = i == 0 || source->ttl < ret->ttl ? source->ttl : ret->ttl;
        ret->count++;
    }
    return true;
}

static void on_answer(struct resolver_query *inner, const struct resolver_answer *answer)
{
    struct records_query *query = container_of(inner, struct records_query, inner);
    struct records_answer own = {0};
    if (answer->records)
        own = *answer->records;
    own.reason = answer->reason;
    own.detail = answer->detail;
    own.ms = answer->ms;
    query->done(query, &own);
}

void records_start(struct resolver *resolver, struct records_query *query, const char *name,
                   enum dns_type type)
{
    query->inner.done = on_answer;
    resolver_start_records(resolver, &query->inner, name, (uint16_t)type);
}

void records_cancel(struct records_query *query)
{
    resolver_cancel(&query->inner);
}
