#include "fake_dns.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TYPE_A = 1,
    TYPE_CNAME = 5,
    TYPE_AAAA = 28,
    MESSAGE_MAX = 60000,
    DATA_MAX = 600,
    FLAG_AD = 0x20
};

struct message {
    uint8_t bytes[MESSAGE_MAX];
    size_t length;
};

static void add_u16(struct message *message, unsigned value)
{
    message->bytes[message->length++] = (uint8_t)(value >> 8);
    message->bytes[message->length++] = (uint8_t)value;
}

static void add_u32(struct message *message, uint32_t value)
{
    add_u16(message, value >> 16);
    add_u16(message, value & 0xFFFF);
}

/* Owner name: a pointer to the question's. */
static void add_record(struct message *message, unsigned type, uint32_t ttl, const void *data,
                       unsigned length)
{
    add_u16(message, 0xC00C);
    add_u16(message, type);
    add_u16(message, 1);
    add_u32(message, ttl);
    add_u16(message, length);
    memcpy(message->bytes + message->length, data, length);
    message->length += length;
    message->bytes[7]++; /* ANCOUNT, low byte */
    if (message->bytes[7] == 0)
        message->bytes[6]++;
}

static void add_addresses(struct message *message, const struct fake_dns_row *row, unsigned type)
{
    for (size_t i = 0; i < 8 && row->addresses[i]; i++) {
        uint8_t bytes[16];
        if (type == TYPE_A && inet_pton(AF_INET, row->addresses[i], bytes) == 1)
            add_record(message, type, row->ttl, bytes, 4);
        if (type == TYPE_AAAA && inet_pton(AF_INET6, row->addresses[i], bytes) == 1)
            add_record(message, type, row->ttl, bytes, 16);
    }
}

/* ---- records in words ---- */

static size_t put_name(uint8_t *to, const char *name)
{
    size_t at = 0;
    while (*name && strcmp(name, ".") != 0) {
        size_t length = strcspn(name, ".");
        assert(length > 0 && length < 64);
        to[at++] = (uint8_t)length;
        memcpy(to + at, name, length);
        at += length;
        name += length + (name[length] == '.');
    }
    to[at++] = 0;
    return at;
}

static size_t put_hex(uint8_t *to, const char *hex)
{
    size_t at = 0;
    unsigned byte;
    for (; hex[0] && hex[1] && sscanf(hex, "%2x", &byte) == 1; hex += 2)
        to[at++] = (uint8_t)byte;
    return at;
}

static size_t put_number(uint8_t *to, const char **words, int size)
{
    char *end;
    unsigned long number = strtoul(*words, &end, 10);
    assert(end > *words);
    *words = end + (*end == ' ');
    for (int i = 0; i < size; i++)
        to[i] = (uint8_t)(number >> 8 * (size - 1 - i));
    return (size_t)size;
}

/* What a type's data consists of: 1, 2 numbers of so many bytes, n a name, h bytes in hex, s a string. */
static const struct {
    const char *word;
    unsigned type;
    const char *parts;
} forms[] = {{"NS", 2, "n"},      {"MX", 15, "2n"},     {"TXT", 16, "s"},
             {"SRV", 33, "222n"}, {"TLSA", 52, "111h"}, {"RAW", 0, "h"}};

static size_t put_part(uint8_t *to, char part, const char **words)
{
    if (part == 'n')
        return put_name(to, *words);
    if (part == 'h')
        return put_hex(to, *words);
    if (part != 's')
        return put_number(to, words, part - '0');
    to[0] = (uint8_t)strlen(*words);
    memcpy(to + 1, *words, to[0]);
    return 1U + to[0];
}

static void add_words(struct message *message, const char *words, uint32_t ttl, unsigned wanted)
{
    uint8_t data[DATA_MAX];
    size_t length = 0, form = 0, word = strcspn(words, " ");
    while (strlen(forms[form].word) != word || strncmp(forms[form].word, words, word) != 0)
        form++;
    words += word + 1;
    unsigned type = forms[form].type;
    if (!type) {
        char *end;
        type = (unsigned)strtoul(words, &end, 10);
        words = end + 1;
    }
    if (type != wanted)
        return;
    for (const char *part = forms[form].parts; *part; part++)
        length += put_part(data + length, *part, &words);
    add_record(message, type, ttl, data, (unsigned)length);
}

static void add_records(struct message *message, const struct fake_dns_row *row, unsigned type)
{
    for (size_t i = 0; i < 8 && row->records[i]; i++)
        add_words(message, row->records[i], row->ttl, type);
}

/* ---- answers ---- */

static void add_many(struct message *message, const struct fake_dns_row *row)
{
    for (unsigned i = 0; i < row->count; i++) {
        const uint8_t bytes[] = {192, 0, (uint8_t)(255 - i / 256), (uint8_t)(255 - i % 256)};
        add_record(message, TYPE_A, row->ttl, bytes, 4);
    }
}

static void misbehave(struct message *message, const struct fake_dns_row *row, unsigned type)
{
    static const uint8_t self[] = {0xC0, 0x0C}, address[] = {192, 0, 2, 1};
    switch (row->way) {
    case FAKE_DNS_NXDOMAIN:
        message->bytes[3] |= 3;
        break;
    case FAKE_DNS_SERVFAIL:
        message->bytes[3] |= 2;
        break;
    case FAKE_DNS_REFUSED:
        message->bytes[3] |= 5;
        break;
    case FAKE_DNS_TRUNCATED:
        message->bytes[2] |= 2;
        break;
    case FAKE_DNS_WRONG_ID:
        message->bytes[0] ^= 0xFF;
        add_record(message, type, row->ttl, address, 4);
        break;
    case FAKE_DNS_WRONG_NAME:
        message->bytes[13] ^= 1;
        add_record(message, type, row->ttl, address, 4);
        break;
    case FAKE_DNS_LOOP: {
        size_t at = message->length;
        add_record(message, type, row->ttl, address, 4);
        message->bytes[at] = (uint8_t)(0xC0 | at >> 8);
        message->bytes[at + 1] = (uint8_t)at;
        break;
    }
    case FAKE_DNS_CUT:
        add_record(message, type, row->ttl, address, 4);
        message->length -= 3;
        break;
    case FAKE_DNS_CNAME_LOOP:
        add_record(message, TYPE_CNAME, row->ttl, self, sizeof self);
        break;
    case FAKE_DNS_MANY:
        add_many(message, row);
        break;
    case FAKE_DNS_ANSWER:
    case FAKE_DNS_SILENT:
        break;
    }
}

/* The question's name with dots, and the length of the question section. */
static size_t read_question(const uint8_t *bytes, size_t length, char name[256], unsigned *ret_type)
{
    size_t at = 12, used = 0;
    while (at < length && bytes[at]) {
        size_t label = bytes[at];
        assert(label < 64 && at + 1 + label < length && used + label + 2 < 256);
        if (used)
            name[used++] = '.';
        memcpy(name + used, bytes + at + 1, label);
        used += label;
        at += 1 + label;
    }
    name[used] = '\0';
    assert(at + 5 <= length);
    *ret_type = (unsigned)bytes[at + 1] << 8 | bytes[at + 2];
    return at + 5;
}

static const struct fake_dns_row *find(const struct fake_dns *dns, const char *name, unsigned type)
{
    static const struct fake_dns_row unknown = {.way = FAKE_DNS_NXDOMAIN},
                                     empty = {.way = FAKE_DNS_ANSWER};
    const struct fake_dns_row *found = &unknown;
    for (const struct fake_dns_row *row = dns->rows; row->name; row++) {
        if (strcmp(row->name, name) != 0)
            continue;
        if (!row->type || row->type == type)
            return row;
        found = &empty;
    }
    return found;
}

static void count(struct fake_dns *dns, unsigned type)
{
    dns->asked++;
    *(type == TYPE_A      ? &dns->asked_a
      : type == TYPE_AAAA ? &dns->asked_aaaa
                          : &dns->asked_others) += 1;
}

static void add_answer(struct message *message, const struct fake_dns_row *row, unsigned type)
{
    add_addresses(message, row, type);
    add_records(message, row, type);
}

/* Fills the answer; false = stays silent. */
static bool answer(struct fake_dns *dns, const char *question, size_t length, bool tcp,
                   struct message *message)
{
    char name[256];
    unsigned type;
    message->length = read_question((const uint8_t *)question, length, name, &type);
    memcpy(message->bytes, question, message->length);
    memcpy(message->bytes + 2, (const uint8_t[]){0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, 10);
    const struct fake_dns_row *row = find(dns, name, type);
    if (row->authentic)
        message->bytes[3] |= (uint8_t)question[3] & FLAG_AD;
    count(dns, type);
    size_t bare = message->length;
    if (row->way == FAKE_DNS_ANSWER || (row->way == FAKE_DNS_TRUNCATED && tcp))
        add_answer(message, row, type);
    else
        misbehave(message, row, type);
    if (!tcp && message->length > 512) {
        message->length = bare;
        memcpy(message->bytes + 2, (const uint8_t[]){0x83, 0x80, 0, 1, 0, 0}, 6);
    }
    return row->way != FAKE_DNS_SILENT && !dns->mute;
}

static void on_question(uv_udp_t *udp, ssize_t length, const uv_buf_t *buf,
                        const struct sockaddr *from, unsigned flags)
{
    (void)flags;
    if (length < 17 || !from)
        return;
    struct message *message = calloc(1, sizeof *message);
    assert(message);
    bool speaks = answer(udp->data, buf->base, (size_t)length, false, message);
    uv_buf_t out = uv_buf_init((char *)message->bytes, (unsigned)message->length);
    if (speaks)
        uv_udp_try_send(udp, &out, 1, from);
    free(message);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    static char bytes[65536];
    (void)handle;
    (void)suggested;
    *buf = uv_buf_init(bytes, sizeof bytes);
}

static void free_handle(uv_handle_t *handle)
{
    free(handle);
}

/* A question comes in one piece on loopback. */
static void on_stream(uv_stream_t *stream, ssize_t length, const uv_buf_t *buf)
{
    if (length < 19) {
        uv_close((uv_handle_t *)stream, free_handle);
        return;
    }
    struct message *message = calloc(1, sizeof *message);
    assert(message);
    bool speaks = answer(stream->data, buf->base + 2, (size_t)length - 2, true, message);
    uint8_t size[2] = {(uint8_t)(message->length >> 8), (uint8_t)message->length};
    uv_buf_t out[2] = {uv_buf_init((char *)size, 2),
                       uv_buf_init((char *)message->bytes, (unsigned)message->length)};
    if (speaks) {
        int rc = uv_try_write(stream, out, 2);
        assert(rc == (int)message->length + 2);
    }
    free(message);
}

static void on_connection(uv_stream_t *listener, int status)
{
    uv_tcp_t *stream = calloc(1, sizeof *stream);
    assert(stream && status == 0);
    uv_tcp_init(listener->loop, stream);
    stream->data = listener->data;
    int rc = uv_accept(listener, (uv_stream_t *)stream);
    assert(rc == 0);
    uv_read_start((uv_stream_t *)stream, on_alloc, on_stream);
    uv_unref((uv_handle_t *)stream);
}

/* The same port for both; -EADDRINUSE when somebody has it over UDP. */
static int open_both(struct fake_dns *dns, uv_loop_t *loop, struct sockaddr_in *address)
{
    int size = sizeof *address;
    int rc = uv_udp_init(loop, &dns->udp);
    rc = rc ? rc : uv_tcp_init(loop, &dns->tcp);
    dns->udp.data = dns->tcp.data = dns;
    uv_ip4_addr("127.0.0.1", 0, address);
    rc = rc ? rc : uv_tcp_bind(&dns->tcp, (struct sockaddr *)address, 0);
    rc = rc ? rc : uv_listen((uv_stream_t *)&dns->tcp, 16, on_connection);
    rc = rc ? rc : uv_tcp_getsockname(&dns->tcp, (struct sockaddr *)address, &size);
    rc = rc ? rc : uv_udp_bind(&dns->udp, (struct sockaddr *)address, 0);
    return rc ? rc : uv_udp_recv_start(&dns->udp, on_alloc, on_question);
}

void fake_dns_open(struct fake_dns *dns, uv_loop_t *loop, const struct fake_dns_row *rows)
{
    *dns = (struct fake_dns){.rows = rows};
    struct sockaddr_in address;
    int rc = open_both(dns, loop, &address);
    while (rc == UV_EADDRINUSE) { /* tests that run beside this one ask from such ports */
        fake_dns_close(dns);
        uv_run(loop, UV_RUN_NOWAIT);
        rc = open_both(dns, loop, &address);
    }
    assert(rc == 0);
    uv_unref((uv_handle_t *)&dns->udp);
    uv_unref((uv_handle_t *)&dns->tcp);
    snprintf(dns->server, sizeof dns->server, "127.0.0.1:%u", (unsigned)ntohs(address.sin_port));
}

void fake_dns_close_tcp(struct fake_dns *dns)
{
    uv_close((uv_handle_t *)&dns->tcp, NULL);
}

void fake_dns_close(struct fake_dns *dns)
{
    uv_close((uv_handle_t *)&dns->udp, NULL);
    if (!uv_is_closing((uv_handle_t *)&dns->tcp))
        fake_dns_close_tcp(dns);
}
