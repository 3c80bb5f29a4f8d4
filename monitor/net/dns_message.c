#include "dns_message.h"

#include "dns_record.h"
#include "text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum {
    HEADER_SIZE = 12,
    LABEL_MAX = 63,
    ALIASES_MAX = 16,
    CLASS_IN = 1,
    EDNS_PAYLOAD = 1232,
    FLAG_QR = 0x8000,
    FLAG_AA = 0x0400,
    FLAG_TC = 0x0200,
    FLAG_RD = 0x0100,
    FLAG_RA = 0x0080,
    FLAG_AD = 0x0020,
    EDNS_FLAG_DO = 0x80, /* in the first byte of the OPT record's flags */
    EDNS_FLAGS = 7,
    OPCODE = 0x7800
};

static uint16_t get16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

/* RFC 2181 section 8: what has the highest bit set counts as zero. */
static uint32_t get_ttl(const uint8_t *bytes)
{
    uint32_t ttl = (uint32_t)get16(bytes) << 16 | get16(bytes + 2);
    return ttl >> 31 ? 0 : ttl;
}

static uint8_t *put16(uint8_t *at, unsigned value)
{
    *at++ = (uint8_t)(value >> 8);
    *at++ = (uint8_t)value;
    return at;
}

/* ---- the question ---- */

static int add_label(struct dns_name *name, const char *label, size_t length, struct fault *fault)
{
    if (length == 0 || length > LABEL_MAX)
        return fault_set(fault, "a label of a name has 1 to %d characters, not %zu", LABEL_MAX,
                         length);
    if (name->length + 1 + length + 1 > DNS_NAME_SIZE)
        return fault_set(fault, "the name is too long");
    name->bytes[name->length++] = (uint8_t)length;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)label[i];
        if (!isascii(c) || !(isalnum(c) || strchr("-_*/", c)))
            return fault_set(fault, "a name is of a-z, 0-9, -, _ and *, not \"%.*s\"", (int)length,
                             label);
        name->bytes[name->length++] = (uint8_t)tolower(c);
    }
    return 0;
}

static int read_name(const char *text, size_t length, struct dns_name *name, struct fault *fault)
{
    const char *end = text + length;
    name->length = 0;
    if (length > 1 && end[-1] == '.')
        end--;
    while (text < end && !(length == 1 && *text == '.')) { /* "." alone is the root */
        const char *dot = memchr(text, '.', (size_t)(end - text));
        size_t label = (size_t)((dot ? dot : end) - text);
        if (add_label(name, text, label, fault) < 0)
            return -1;
        if (dot && dot + 1 == end)
            return fault_set(fault, "two dots follow each other in the name");
        text = dot ? dot + 1 : end;
    }
    name->bytes[name->length++] = 0;
    return 0;
}

static int read_type(const char *query, uint16_t *ret, struct fault *fault)
{
    *ret = DNS_A;
    if (!*query)
        return 0;
    if (!text_starts(query, "?type="))
        return fault_set(fault, "after the name only ?type=... may follow, not \"%.80s\"", query);
    if (!dns_type_parse(query + 6, ret))
        return fault_set(fault, "type must be one of %s, not \"%.80s\"", dns_type_list(),
                         query + 6);
    return 0;
}

int dns_question_read(const char *url, struct dns_question *ret, struct fault *fault)
{
    const char *mark = strstr(url, "://");
    const char *path = mark ? mark + 3 + strcspn(mark + 3, "/?#") : "";
    size_t length = *path == '/' ? strcspn(path + 1, "?#") : 0;
    if (length == 0)
        return fault_set(fault,
                         "which name? Write it after the server, as in "
                         "%.*s://ns1.example.org/example.org?type=SOA",
                         mark ? (int)(mark - url) : 0, url);
    if (read_name(path + 1, length, &ret->name, fault) < 0)
        return -1;
    return read_type(path + 1 + length, &ret->type, fault);
}

int dns_question_make(const char *name, uint16_t type, struct dns_question *ret,
                      struct fault *fault)
{
    ret->type = type;
    return read_name(name, strlen(name), &ret->name, fault);
}

size_t dns_question_write(const struct dns_question *question, uint8_t ret[DNS_QUESTION_SIZE])
{
    /* OPT: the root's name, type, payload size, extended RCODE and flags, no options */
    static const uint8_t opt[] = {0, 0, DNS_OPT, EDNS_PAYLOAD >> 8, EDNS_PAYLOAD & 0xFF, 0, 0, 0,
                                  0, 0, 0};
    uint8_t *at = put16(ret, question->id);
    at = put16(at, (question->recursion ? FLAG_RD : 0U) | (question->verify ? FLAG_AD : 0U));
    at = put16(at, 1);
    at = put16(put16(at, 0), 0);
    at = put16(at, 1);
    memcpy(at, question->name.bytes, question->name.length);
    at = put16(at + question->name.length, question->type);
    at = put16(at, CLASS_IN);
    memcpy(at, opt, sizeof opt);
    at[EDNS_FLAGS] = question->dnssec ? EDNS_FLAG_DO : 0;
    return (size_t)(at - ret) + sizeof opt;
}

/* ---- names ---- */

static bool add_part(struct dns_name *name, const uint8_t *label, size_t length)
{
    if (name->length + 1 + length > DNS_NAME_SIZE)
        return false;
    name->bytes[name->length++] = (uint8_t)length;
    for (size_t i = 0; i < length; i++)
        name->bytes[name->length++] = (uint8_t)tolower(label[i]);
    return true;
}

/* A pointer has to lead to before everything that was read so far: so no way is endless. */
bool dns_name_read(const struct dns_message *message, size_t *cursor, struct dns_name *ret)
{
    size_t at = *cursor, lowest = at;
    bool jumped = false;
    ret->length = 0;
    while (at < message->length) {
        size_t length = message->bytes[at];
        if (length >= 0xC0) {
            if (at + 2 > message->length)
                return false;
            size_t target = get16(message->bytes + at) & 0x3FFF;
            if (!jumped)
                *cursor = at + 2;
            jumped = true;
            if (target >= lowest)
                return false;
            at = lowest = target;
            continue;
        }
        if (length > LABEL_MAX || at + 1 + length > message->length ||
            !add_part(ret, message->bytes + at + 1, length))
            return false;
        at += 1 + length;
        if (length == 0) {
            *cursor = jumped ? *cursor : at;
            return true;
        }
    }
    return false;
}

static bool same_name(const struct dns_name *left, const struct dns_name *right)
{
    return left->length == right->length && memcmp(left->bytes, right->bytes, left->length) == 0;
}

void dns_name_text(const struct dns_name *name, char ret[DNS_NAME_TEXT_SIZE])
{
    char *to = ret;
    for (size_t at = 0; name->bytes[at]; at += 1 + name->bytes[at]) {
        for (size_t i = 1; i <= name->bytes[at]; i++) {
            uint8_t c = name->bytes[at + i];
            if (c > 0x20 && c < 0x7F && c != '.' && c != '\\')
                *to++ = (char)c;
            else
                to += snprintf(to, 5, "\\%03u", c); /* RFC 4343 */
        }
        *to++ = '.';
    }
    if (to == ret)
        *to++ = '.';
    *to = '\0';
}

/* ---- the answer ---- */

static bool repeats_question(const struct dns_question *question, const struct dns_message *message,
                             size_t *cursor)
{
    struct dns_name name;
    if (!dns_name_read(message, cursor, &name) || *cursor + 4 > message->length)
        return false;
    const uint8_t *type = message->bytes + *cursor;
    *cursor += 4;
    return same_name(&name, &question->name) && get16(type) == question->type &&
           get16(type + 2) == CLASS_IN;
}

enum dns_fit dns_message_read(const struct dns_question *question, const uint8_t *bytes,
                              size_t length, struct dns_message *ret, const char **why)
{
    if (length < 2 || get16(bytes) != question->id)
        return DNS_FOREIGN;
    *why = "the answer is shorter than a header";
    if (length < HEADER_SIZE)
        return DNS_GARBAGE;
    unsigned flags = get16(bytes + 2), questions = get16(bytes + 4);
    *ret = (struct dns_message){
        .bytes = bytes,
        .length = length,
        .authoritative = flags & FLAG_AA,
        .truncated = flags & FLAG_TC,
        .recursive = flags & FLAG_RA,
        .authenticated = flags & FLAG_AD,
        .rcode = flags & 15,
        .answers = get16(bytes + 6),
        .authorities = get16(bytes + 8),
        .first = HEADER_SIZE,
    };
    *why = "the answer is a question";
    if (!(flags & FLAG_QR) || flags & OPCODE)
        return DNS_GARBAGE;
    if (questions == 0 && ret->rcode != DNS_NOERROR && ret->rcode != DNS_NXDOMAIN)
        return DNS_FITS; /* who fails may not have come so far as to read the question */
    *why = "the answer is to another question";
    return questions == 1 && repeats_question(question, ret, &ret->first) ? DNS_FITS : DNS_GARBAGE;
}

struct resource {
    struct dns_name owner;
    struct dns_record record;
    uint16_t class;
};

static bool read_resource(const struct dns_message *message, size_t *cursor, struct resource *ret)
{
    if (!dns_name_read(message, cursor, &ret->owner) || *cursor + 10 > message->length)
        return false;
    const uint8_t *fixed = message->bytes + *cursor; /* type, class, TTL, length */
    ret->class = get16(fixed + 2);
    ret->record = (struct dns_record){.type = get16(fixed),
                                      .ttl = get_ttl(fixed + 4),
                                      .data = *cursor + 10,
                                      .length = get16(fixed + 8)};
    *cursor += 10 + ret->record.length;
    return *cursor <= message->length;
}

static bool owned(const struct resource *resource, const struct dns_name *name, uint16_t type)
{
    return resource->record.type == type && resource->class == CLASS_IN &&
           same_name(&resource->owner, name);
}

/* Where an alias leads; `name` unchanged = it is none. False = broken. */
static bool follow_alias(const struct dns_message *message, struct dns_name *name, bool *ret_found)
{
    size_t cursor = message->first;
    *ret_found = false;
    for (unsigned i = 0; i < message->answers; i++) {
        struct resource resource;
        if (!read_resource(message, &cursor, &resource))
            return false;
        if (!*ret_found && owned(&resource, name, DNS_CNAME)) {
            size_t target = resource.record.data;
            if (!dns_name_read(message, &target, name) ||
                target != resource.record.data + resource.record.length)
                return false;
            *ret_found = true;
        }
    }
    return true;
}

static bool collect(const struct dns_message *message, uint16_t type, struct dns_answers *ret)
{
    size_t cursor = message->first;
    for (unsigned i = 0; i < message->answers; i++) {
        struct resource resource;
        if (!read_resource(message, &cursor, &resource))
            return false;
        if (owned(&resource, &ret->owner, type) && ret->count < DNS_ANSWERS_MAX)
            ret->records[ret->count++] = resource.record;
    }
    return true;
}

bool dns_answers_find(const struct dns_question *question, const struct dns_message *message,
                      struct dns_answers *ret)
{
    bool found = question->type != DNS_CNAME;
    *ret = (struct dns_answers){.owner = question->name};
    while (found) {
        if (!follow_alias(message, &ret->owner, &found))
            return false;
        if (found && ++ret->aliases > ALIASES_MAX)
            return false;
    }
    return collect(message, question->type, ret);
}

/* ---- signatures ---- */

/* Type covered, algorithm, labels, TTL, expiration, inception, key tag; then the signer's name and the signature. */
enum { RRSIG_FIXED = 18, RRSIG_EXPIRATION = 8 };

static uint32_t get32(const uint8_t *bytes)
{
    return (uint32_t)get16(bytes) << 16 | get16(bytes + 2);
}

/* RFC 1982 */
static bool is_later(uint32_t left, uint32_t right)
{
    return left != right && left - right < 0x80000000U;
}

static bool signs(const struct dns_message *message, const struct resource *resource,
                  const struct dns_name *owner, uint16_t type)
{
    const struct dns_record *record = &resource->record;
    if (record->type != DNS_RRSIG || resource->class != CLASS_IN || record->length <= RRSIG_FIXED)
        return false;
    return !owner ||
           (get16(message->bytes + record->data) == type && same_name(&resource->owner, owner));
}

bool dns_signature_find(const struct dns_message *message, const struct dns_name *owner,
                        uint16_t type, uint32_t *ret_until)
{
    size_t cursor = message->first;
    unsigned first = owner ? 0 : message->answers;
    unsigned end = owner ? message->answers : message->answers + message->authorities;
    bool found = false;
    for (unsigned i = 0; i < end; i++) {
        struct resource resource;
        if (!read_resource(message, &cursor, &resource))
            return found;
        if (i < first || !signs(message, &resource, owner, type))
            continue;
        uint32_t until = get32(message->bytes + resource.record.data + RRSIG_EXPIRATION);
        *ret_until = found && !is_later(until, *ret_until) ? *ret_until : until;
        found = true;
    }
    return found;
}
