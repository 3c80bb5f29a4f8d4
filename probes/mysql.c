/* MySQL and MariaDB (https://dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html,
 * https://mariadb.com/kb/en/connection/): the server greets, TLS begins, and it refuses somebody it cannot know.
 *
 * The refusal is what we come for. It proves more than the greeting, and a visit that ends before it is a «connect
 * error»: after max_connect_errors of them in a row, 100 if nothing else is set, the server blocks our address until somebody
 * flushes its hosts. Seen with MariaDB 10.11 and max_connect_errors=3: greeting alone, COM_QUIT behind it, and TLS without
 * a login are blocked at the fourth visit; ten refused logins are not, nor are visits from where no account may come from.
 * So it is played to its end also where TLS is missing and where the certificate is bad. The latter only degrades: servers
 * make themselves certificates, and who uses a database encrypts without a look at them if not told otherwise (--ssl-mode).
 *
 * No login can succeed: the name is nobody's, and to whatever it is asked we answer with the same bytes, which are proof of no
 * password and are not as empty as none. */
#include "dialogue_run.h"
#include "macros.h"
#include "packet.h"
#include "text.h"

#include <assert.h>
#include <string.h>

enum stage { GREETING, UPGRADE, LOGIN, SWITCH }; /* SWITCH: the same by another method */

enum {
    HEAD_SIZE = 4, /* a length in three bytes, a number */
    QUESTION_MAX = 128,
    MESSAGE_MAX = 16 * 1024,
    PROTOCOL_VERSION = 10,
    ID_SIZE = 4,
    SCRAMBLE_SIZE = 9, /* its first part and a zero */
    CHARSET_UTF8MB4 = 45,
    RESERVED_SIZE = 23,
    PROOF_SIZE = 20,
    STATE_SIZE = 6 /* '#' and five letters */
};

/* Of the client and of the server. */
enum {
    CAN_PROTOCOL_41 = 1 << 9,
    CAN_TLS = 1 << 11,
    CAN_SECURE = 1 << 15,
    CAN_CHOOSE_METHOD = 1 << 19,
    OUR_CAPABILITIES = CAN_PROTOCOL_41 | CAN_SECURE | CAN_CHOOSE_METHOD
};

enum kind { KIND_OK = 0x00, KIND_MORE = 0x01, KIND_SWITCH = 0xFE, KIND_ERROR = 0xFF };

/* https://mariadb.com/kb/en/mariadb-error-code-reference/ */
enum {
    ERROR_DISK_FULL = 1021,
    ERROR_OUT_OF_MEMORY = 1037,
    ERROR_CONNECTIONS = 1040,
    ERROR_OUT_OF_RESOURCES = 1041,
    ERROR_HANDSHAKE = 1043,
    ERROR_SHUTDOWN = 1053,
    ERROR_HOST_BLOCKED = 1129,
    ERROR_HOST_REFUSED = 1130,
    ERROR_NO_THREAD = 1135
};

static int starttls_of(const struct packet_question *question)
{
    const struct dialogue_options *options = question->options;
    return options->starttls;
}

/* ---- what we say ---- */

static const char proof[PROOF_SIZE + 1] = "no password of yours";

static uint8_t *put_little(uint8_t *at, uint32_t number, int bytes)
{
    for (int i = 0; i < bytes; i++)
        *at++ = (uint8_t)(number >> 8 * i);
    return at;
}

static uint8_t *put_bytes(uint8_t *at, const void *bytes, size_t length)
{
    memcpy(at, bytes, length);
    return at + length;
}

/* What a request for TLS and a login begin with. */
static uint8_t *put_capabilities(uint8_t *at, uint32_t capabilities)
{
    at = put_little(at, capabilities, 4);
    at = put_little(at, MESSAGE_MAX, 4);
    *at++ = CHARSET_UTF8MB4;
    memset(at, 0, RESERVED_SIZE);
    return at + RESERVED_SIZE;
}

static uint8_t *put_login(uint8_t *at, const struct packet_question *question)
{
    static const char name[] = "vibrisse", method[] = "mysql_native_password";
    at = put_capabilities(at, question->secured ? OUR_CAPABILITIES | CAN_TLS : OUR_CAPABILITIES);
    at = put_bytes(at, name, sizeof name);
    *at++ = PROOF_SIZE;
    at = put_bytes(at, proof, PROOF_SIZE);
    return put_bytes(at, method, sizeof method);
}

/* Each side counts on from the other's number, and TLS costs one. */
static uint8_t number_of(const struct packet_question *question)
{
    return (uint8_t)((question->stage == SWITCH ? 3 : 1) + question->secured);
}

static size_t build(const struct packet_question *question, uint8_t *ret, size_t size)
{
    uint8_t *end = ret + HEAD_SIZE;
    assert(size >= QUESTION_MAX);
    if (question->stage == GREETING)
        return 0;
    if (question->stage == UPGRADE)
        end = put_capabilities(end, OUR_CAPABILITIES | CAN_TLS);
    else if (question->stage == LOGIN)
        end = put_login(end, question);
    else
        end = put_bytes(end, proof, PROOF_SIZE);
    put_little(ret, (uint32_t)(end - ret - HEAD_SIZE), 3);
    ret[3] = number_of(question);
    return (size_t)(end - ret);
}

/* ---- what it says ---- */

static uint32_t get_little(const uint8_t *at, int bytes)
{
    uint32_t number = 0;
    for (int i = 0; i < bytes; i++)
        number |= (uint32_t)at[i] << 8 * i;
    return number;
}

static enum reason reason_of(uint32_t code)
{
    switch (code) {
    case ERROR_HOST_BLOCKED: /* by visits such as ours */
    case ERROR_HOST_REFUSED: /* others may be welcome */
        return REASON_blocked;
    case ERROR_DISK_FULL:
    case ERROR_OUT_OF_MEMORY:
    case ERROR_CONNECTIONS:
    case ERROR_OUT_OF_RESOURCES:
    case ERROR_SHUTDOWN:
    case ERROR_NO_THREAD:
        return REASON_banner_refused;
    case ERROR_HANDSHAKE:
        return REASON_protocol_error;
    default:
        return REASON_ok;
    }
}

/* However it found the login. */
static enum packet_verdict judge_login(const struct packet_question *question, bool let_in,
                                       struct packet_answer *ret)
{
    if (!question->secured && starttls_of(question) == STARTTLS_ALWAYS)
        return packet_judged(ret, REASON_starttls_missing, "it offers no TLS");
    return packet_judged(ret, REASON_ok, "%s", let_in ? "it lets anybody in" : "");
}

static enum packet_verdict judge_error(const struct packet_question *question, const uint8_t *body,
                                       size_t length, struct packet_answer *ret)
{
    char words[150];
    if (length < 3)
        return packet_judged(ret, REASON_protocol_error, "an error without a code");
    uint32_t code = get_little(body + 1, 2);
    size_t skip = length >= 3 + STATE_SIZE && body[3] == '#' ? 3 + STATE_SIZE : 3;
    enum reason reason = reason_of(code);
    text_clean(words, sizeof words, (const char *)body + skip, length - skip);
    if (reason == REASON_ok && question->stage != GREETING)
        return judge_login(question, false, ret);
    return packet_judged(ret, reason == REASON_ok ? REASON_banner_refused : reason, "%u: %s", code,
                         words);
}

/* The low half of what the server can; false = this is no greeting. */
static bool read_capabilities(const uint8_t *body, size_t length, uint32_t *ret)
{
    const uint8_t *nul = memchr(body + 1, 0, length - 1);
    const size_t behind = 1 + ID_SIZE + SCRAMBLE_SIZE;
    if (body[0] != PROTOCOL_VERSION || !nul || (size_t)(body + length - nul) < behind + 2)
        return false;
    *ret = get_little(nul + behind, 2);
    return *ret & CAN_PROTOCOL_41;
}

static enum packet_verdict judge_greeting(const struct packet_question *question,
                                          const uint8_t *body, size_t length, bool trailing,
                                          struct packet_answer *ret)
{
    uint32_t capabilities;
    if (!read_capabilities(body, length, &capabilities))
        return packet_judged(ret, REASON_protocol_error, "the greeting is none of MySQL's");
    if (trailing)
        return packet_judged(ret, REASON_protocol_error, "it speaks on before we answer");
    if (capabilities & CAN_TLS && starttls_of(question) != STARTTLS_NEVER)
        return PACKET_UPGRADE;
    ret->next = LOGIN;
    return PACKET_NEXT;
}

static enum packet_verdict judge_message(const struct packet_question *question,
                                         const uint8_t *body, size_t length, bool trailing,
                                         struct packet_answer *ret)
{
    if (body[0] == KIND_ERROR)
        return judge_error(question, body, length, ret);
    if (question->stage == GREETING)
        return judge_greeting(question, body, length, trailing, ret);
    if (body[0] == KIND_SWITCH && question->stage == LOGIN)
        return PACKET_NEXT;
    if (body[0] == KIND_OK || body[0] == KIND_MORE || body[0] == KIND_SWITCH)
        return judge_login(question, body[0] == KIND_OK, ret);
    return packet_judged(ret, REASON_protocol_error, "the answer is none of MySQL's");
}

static enum packet_verdict judge(const struct packet_question *question, const uint8_t *bytes,
                                 size_t length, struct packet_answer *ret)
{
    if (length < HEAD_SIZE)
        return PACKET_OTHER;
    size_t size = get_little(bytes, 3);
    if (size == 0 || size > MESSAGE_MAX)
        return packet_judged(ret, REASON_protocol_error, "a message of %zu bytes", size);
    if (length < HEAD_SIZE + size)
        return PACKET_OTHER;
    return judge_message(question, bytes + HEAD_SIZE, size, length > HEAD_SIZE + size, ret);
}

static const struct packet_protocol protocol = {
    .carrier = PACKET_TCP, .rule = TRUST_OPPORTUNISTIC, .build = build, .judge = judge};

static const struct schema_row rows[] = {DIALOGUE_STARTTLS_ROW};

extern const struct probe_type probe_mysql;
const struct probe_type probe_mysql = {
    .name = "mysql",
    .port = 3306,
    .options = {"mysql", rows, ARRAY_LEN(rows)},
    .options_size = sizeof(struct dialogue_options),
    .protocol = &protocol,
    .run_size = sizeof(struct packet_run),
    .start = packet_start,
    .cancel = packet_cancel,
};
