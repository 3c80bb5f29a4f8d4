/* PostgreSQL (https://www.postgresql.org/docs/current/protocol-message-formats.html): SSLRequest, then the start of a
 * session. Whether it lets us in does not matter: asking for a password or refusing one are answers of a working server,
 * starting up or having no room left are not. */
#include "dialogue_run.h"
#include "macros.h"
#include "packet.h"
#include "text.h"

#include <assert.h>
#include <string.h>

enum request { SSL_REQUEST, STARTUP };
enum { MESSAGE_MAX = 30000, STATE_SIZE = 6 };

static int starttls_of(const struct packet_question *question)
{
    const struct dialogue_options *options = question->options;
    return options->starttls;
}

static enum request request_of(const struct packet_question *question)
{
    return question->stage == 0 && starttls_of(question) != STARTTLS_NEVER ? SSL_REQUEST : STARTUP;
}

static size_t build(const struct packet_question *question, uint8_t *ret, size_t size)
{
    static const uint8_t ssl_request[] = {0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x2F};
    static const char parameters[] = "user\0monitor\0database\0monitor\0"; /* and a NUL more */
    static const uint8_t head[] = {0, 0, 0, 8 + sizeof parameters, 0, 3, 0, 0};
    assert(size >= sizeof head + sizeof parameters);
    if (request_of(question) == SSL_REQUEST) {
        memcpy(ret, ssl_request, sizeof ssl_request);
        return sizeof ssl_request;
    }
    memcpy(ret, head, sizeof head);
    memcpy(ret + sizeof head, parameters, sizeof parameters);
    return sizeof head + sizeof parameters;
}

/* A field of an error: a letter, then text ended by NUL. "" = it is not there. */
static void read_field(const uint8_t *fields, size_t length, char letter, char *ret, size_t size)
{
    const uint8_t *end = fields + length;
    ret[0] = '\0';
    while (fields < end && *fields) {
        const uint8_t *nul = memchr(fields, 0, (size_t)(end - fields));
        size_t text = (size_t)((nul ? nul : end) - fields) - 1;
        if (*fields == (uint8_t)letter) {
            text_clean(ret, size, (const char *)fields + 1, text);
            return;
        }
        fields = nul ? nul + 1 : end;
    }
}

/* SQLSTATEs: class 57 is intervention (57P03: starting up), 53 lack of resources; 28 refuses us, 3D has no such database
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
static enum packet_verdict judge_error(const uint8_t *fields, size_t length,
                                       struct packet_answer *ret)
{
    char state[STATE_SIZE], message[100];
    read_field(fields, length, 'C', state, sizeof state);
    read_field(fields, length, 'M', message, sizeof message);
    if (text_starts(state, "57") || text_starts(state, "53") || text_starts(state, "58") ||
        text_starts(state, "XX"))
        return packet_judged(ret, REASON_banner_refused, "%s: %s", state, message);
    return packet_judged(ret, REASON_ok, "%s", "");
}

static enum packet_verdict judge_startup(const uint8_t *bytes, size_t length,
                                         struct packet_answer *ret)
{
    if (bytes[0] != 'R' && bytes[0] != 'E' && bytes[0] != 'v')
        return packet_judged(ret, REASON_protocol_error, "the answer is none of PostgreSQL's");
    if (length < 5)
        return PACKET_OTHER;
    size_t size =
        (size_t)bytes[1] << 24 | (size_t)bytes[2] << 16 | (size_t)bytes[3] << 8 | bytes[4];
    if (size < 4 || size > MESSAGE_MAX)
        return packet_judged(ret, REASON_protocol_error, "a message of %zu bytes", size);
    if (length < 1 + size)
        return PACKET_OTHER;
    if (bytes[0] == 'E')
        return judge_error(bytes + 5, size - 4, ret);
    return packet_judged(ret, REASON_ok, "%s", "");
}

static enum packet_verdict judge_ssl(const struct packet_question *question, const uint8_t *bytes,
                                     size_t length, struct packet_answer *ret)
{
    if (bytes[0] == 'E') /* it could not even begin: in words, or as errors are today */
        return packet_judged(ret, REASON_banner_refused, "it fails to begin a session");
    if (bytes[0] != 'S' && bytes[0] != 'N')
        return packet_judged(ret, REASON_protocol_error, "the answer is none of PostgreSQL's");
    if (length > 1)
        return packet_judged(ret, REASON_protocol_error, "it speaks on before TLS stands");
    if (bytes[0] == 'S')
        return PACKET_SECURE;
    if (starttls_of(question) == STARTTLS_OPTIONAL)
        return PACKET_NEXT;
    return packet_judged(ret, REASON_starttls_missing, "it offers no TLS");
}

static enum packet_verdict judge(const struct packet_question *question, const uint8_t *bytes,
                                 size_t length, struct packet_answer *ret)
{
    return request_of(question) == SSL_REQUEST ? judge_ssl(question, bytes, length, ret)
                                               : judge_startup(bytes, length, ret);
}

static const struct packet_protocol protocol = {
    .carrier = PACKET_TCP, .rule = TRUST_OPPORTUNISTIC, .build = build, .judge = judge};

static const struct schema_row rows[] = {DIALOGUE_STARTTLS_ROW};

extern const struct probe_type probe_postgres;
const struct probe_type probe_postgres = {
    .name = "postgres",
    .port = 5432,
    .options = {"postgres", rows, ARRAY_LEN(rows)},
    .options_size = sizeof(struct dialogue_options),
    .protocol = &protocol,
    .run_size = sizeof(struct packet_run),
    .start = packet_start,
    .cancel = packet_cancel,
};
