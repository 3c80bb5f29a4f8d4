#include "dns_record.h"

#include "buffer.h"
#include "macros.h"
#include "text.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

/* A record's data as it is read: first come, first served. */
struct reader {
    const struct dns_message *message;
    size_t at, end;
    struct buffer *out;
    bool broken;
};

/* What data consists of, a letter each:
 *   n  a name                              w  a bare word with its length before it
 *   1, 2, 4  a number of so many bytes     S  quoted strings with their lengths, up to the end
 *   a, A  an address                       r  the rest as one quoted string */
static const struct kind {
    const char *name;
    uint16_t type;
    const char *parts;
} kinds[] = {
    {"A", DNS_A, "a"},         {"AAAA", DNS_AAAA, "A"},  {"SOA", DNS_SOA, "nn44444"},
    {"NS", DNS_NS, "n"},       {"MX", DNS_MX, "2n"},     {"TXT", DNS_TXT, "S"},
    {"CNAME", DNS_CNAME, "n"}, {"SRV", DNS_SRV, "222n"}, {"PTR", DNS_PTR, "n"},
    {"CAA", DNS_CAA, "1wr"},
};

static const struct kind *kind_of(uint16_t type)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (kinds[i].type == type)
            return &kinds[i];
    return NULL;
}

bool dns_type_parse(const char *text, uint16_t *ret)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (strcasecmp(kinds[i].name, text) == 0) {
            *ret = kinds[i].type;
            return true;
        }
    }
    return false;
}

const char *dns_type_text(uint16_t type)
{
    const struct kind *kind = kind_of(type);
    return kind ? kind->name : "?";
}

const char *dns_type_list(void)
{
    return "A, AAAA, SOA, NS, MX, TXT, CNAME, SRV, PTR, CAA";
}

/* The next `length` bytes, or NULL when there are not so many. */
static const uint8_t *take(struct reader *reader, size_t length)
{
    const uint8_t *bytes = reader->message->bytes + reader->at;
    if (reader->broken || reader->end - reader->at < length) {
        reader->broken = true;
        return NULL;
    }
    reader->at += length;
    return bytes;
}

static void read_number(struct reader *reader, size_t size)
{
    unsigned long number = 0;
    const uint8_t *bytes = take(reader, size);
    for (size_t i = 0; bytes && i < size; i++)
        number = number << 8 | bytes[i];
    buffer_printf(reader->out, "%lu", number);
}

static void read_address(struct reader *reader, int family, size_t size)
{
    char text[INET6_ADDRSTRLEN];
    const uint8_t *bytes = take(reader, size);
    if (bytes && inet_ntop(family, bytes, text, sizeof text))
        buffer_text_add(reader->out, text);
}

static void read_name(struct reader *reader)
{
    struct dns_name name;
    char text[DNS_NAME_TEXT_SIZE];
    if (reader->broken || !dns_name_read(reader->message, &reader->at, &name) ||
        reader->at > reader->end) {
        reader->broken = true;
        return;
    }
    dns_name_text(&name, text);
    buffer_text_add(reader->out, text);
}

static void read_bytes(struct reader *reader, size_t length, const char *quote)
{
    const uint8_t *bytes = take(reader, length);
    buffer_text_add(reader->out, quote);
    if (bytes)
        buffer_add(reader->out, bytes, length);
    buffer_text_add(reader->out, quote);
}

static void read_string(struct reader *reader, const char *quote)
{
    const uint8_t *length = take(reader, 1);
    if (length)
        read_bytes(reader, *length, quote);
}

static void read_strings(struct reader *reader)
{
    do {
        read_string(reader, "\"");
        if (!reader->broken && reader->at < reader->end)
            buffer_byte(reader->out, ' ');
    } while (!reader->broken && reader->at < reader->end);
}

static void read_part(struct reader *reader, char part)
{
    switch (part) {
    case 'a':
        read_address(reader, AF_INET, 4);
        break;
    case 'A':
        read_address(reader, AF_INET6, 16);
        break;
    case 'n':
        read_name(reader);
        break;
    case 'w':
        read_string(reader, "");
        break;
    case 'S':
        read_strings(reader);
        break;
    case 'r':
        read_bytes(reader, reader->end - reader->at, "\"");
        break;
    default:
        read_number(reader, (size_t)(part - '0'));
    }
}

bool dns_record_text(const struct dns_message *message, const struct dns_record *record,
                     char ret[DNS_RECORD_TEXT_SIZE])
{
    struct buffer out;
    struct reader reader = {message, record->data, record->data + record->length, &out, false};
    const struct kind *kind = kind_of(record->type);
    ret[0] = '\0';
    if (!kind)
        return false;
    buffer_init(&out, DNS_RECORD_TEXT_SIZE);
    for (const char *part = kind->parts; *part; part++) {
        if (part > kind->parts)
            buffer_byte(&out, ' ');
        read_part(&reader, *part);
    }
    text_clean(ret, DNS_RECORD_TEXT_SIZE, buffer_text(&out), out.length);
    buffer_fini(&out);
    return !reader.broken && reader.at == reader.end;
}
