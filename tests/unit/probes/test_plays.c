/* Every play of tests/probes against the real probes, over loopback. */
#include "collective.h"
#include "macros.h"
#include "mem.h"
#include "pki.h"
#include "play.h"
#include "registry.h"
#include "stage.h"
#include "testing.h"
#include "text.h"
#include "trust.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum { GENEROUS_MS = 30000, SHORT_MS = 150, CANCELS = 12, TRIES = 10 };

struct bench {
    uv_loop_t loop;
    struct stage stage;
    struct address_policy policy;
    struct probe_world world;
    struct arena arena;
    struct probe_run run;
    struct records_answer dane;
    int told;
    bool within;
};

static struct bench *current;

static void on_told(struct probe_run *run)
{
    assert_ptr_equal(run, &current->run);
    assert_false(current->within);
    current->told++;
}

/* "3 1 1": the server's own key, by SHA-256. */
static void read_zone(struct bench *bench, const struct play_scene *scene)
{
    struct record *record = &bench->dane.records[0];
    unsigned length = 0;
    unsigned char *bytes = NULL;
    if (!scene->zone[0])
        return;
    STACK_OF(X509) *chain = pki_chain(&group_pki, scene->zone);
    int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(sk_X509_value(chain, 0)), &bytes);
    assert_true(size > 0);
    assert_true(EVP_Digest(bytes, (size_t)size, record->tlsa.bytes, &length, EVP_sha256(), NULL));
    OPENSSL_free(bytes);
    sk_X509_pop_free(chain, X509_free);
    record->tlsa.usage = 3;
    record->tlsa.selector = record->tlsa.matching = 1;
    record->tlsa.length = (uint8_t)length;
    bench->dane.authentic = true;
    bench->dane.count = 1;
    bench->run.dane = &bench->dane;
}

static void read_options(struct bench *bench, const struct play_scene *scene)
{
    struct fault fault;
    struct probe_option options[PLAY_OPTIONS_MAX];
    for (size_t i = 0; i < scene->option_count; i++) {
        const char *equals = strchr(scene->options[i], '=');
        options[i].name =
            arena_bytes(&bench->arena, scene->options[i], (size_t)(equals - scene->options[i]));
        options[i].value = equals + 1;
    }
    if (registry_read_options(bench->run.type, options, scene->option_count, &bench->arena,
                              &bench->run.options, &fault) < 0)
        fail_msg("%s: %s", scene->name, fault.text);
}

static void bench_open(struct bench *bench, const struct play_scene *scene)
{
    static const char *const loopback[] = {"127.0.0.0/8", NULL};
    char path[PKI_PATH_SIZE];
    struct fault fault;
    *bench = (struct bench){0};
    current = bench;
    uv_loop_init(&bench->loop);
    stage_open(&bench->stage, scene, &group_pki);
    assert_int_equal(address_policy_init(&bench->policy, loopback, &fault), 0);
    bench->world.loop = &bench->loop;
    bench->world.policy = &bench->policy;
    bench->world.user_agent = "vibrisse-test (+https://robot.test/about)";
    assert_non_null(bench->world.trust =
                        trust_new(pki_path(&group_pki, "root", ".pem", path), &fault));
    bench->run = (struct probe_run){.type = registry_find(scene->scheme),
                                    .world = &bench->world,
                                    .url = "unused://good.test",
                                    .host = "good.test",
                                    .address = bench->stage.address,
                                    .timeout_ms = GENEROUS_MS,
                                    .done = on_told};
    if (!bench->run.type)
        fail_msg("%s: no probe %s", scene->name, scene->scheme);
    result_init(&bench->run.result);
    read_options(bench, scene);
    read_zone(bench, scene);
    bench->run.state = arena_alloc(&bench->arena, bench->run.type->run_size);
}

static void bench_close(struct bench *bench)
{
    assert_int_equal(bench->told, 1);
    stage_close(&bench->stage);
    assert_int_equal(uv_loop_close(&bench->loop), 0); /* nothing was left in it */
    trust_free(bench->world.trust);
    address_policy_fini(&bench->policy);
    arena_free(&bench->arena);
}

static void start(struct bench *bench)
{
    bench->within = true;
    bench->run.type->start(&bench->run);
    bench->within = false;
}

static bool has_phases(const struct play_scene *scene, const struct result *result)
{
    const double *ms = result->phases.ms;
    bool trusted = !text_starts(reason_code(scene->reason), "tls_") ||
                   scene->reason == REASON_tls_expires_soon;
    bool complete = isfinite(ms[PHASE_CONNECT]) && isfinite(ms[PHASE_TOTAL]) &&
                    ms[PHASE_TOTAL] >= ms[PHASE_CONNECT];
    if (play_has(scene, 'S') && scene->reason == REASON_ok)
        complete = complete && isfinite(ms[PHASE_FIRST_BYTE]);
    if (play_has(scene, 'T') && !scene->zone[0]) /* told of also when it is a bad one */
        complete = complete && isfinite(ms[PHASE_TLS]) && result->certificate.sha256[0] &&
                   result->certificate.chain_ok == trusted;
    return complete;
}

static void expect_result(const struct play_scene *scene, const struct result *result)
{
    const double *ms = result->phases.ms;
    if (result->reason != scene->reason || !strstr(result->detail, scene->words))
        fail_msg("%s: %s \"%s\"", scene->name, reason_code(result->reason), result->detail);
    if (!has_phases(scene, result))
        fail_msg("%s: phases %g %g %g %g, certificate %s", scene->name, ms[PHASE_CONNECT],
                 ms[PHASE_TLS], ms[PHASE_FIRST_BYTE], ms[PHASE_TOTAL], result->certificate.sha256);
}

/* How far both came within the time that they had. */
enum end { CAME_TO_ITS_END, VISITOR_LEFT, TIME_WAS_SHORT };

static enum end play_once(const struct play_scene *scene, int64_t timeout_ms)
{
    struct bench bench;
    bench_open(&bench, scene);
    bench.run.timeout_ms = timeout_ms;
    start(&bench);
    uv_run(&bench.loop, UV_RUN_DEFAULT);
    bench_close(&bench);
    const struct result *result = &bench.run.result;
    bool as_told = result->reason == scene->reason && strstr(result->detail, scene->words) &&
                   has_phases(scene, result);
    bool timed_out = result->reason == REASON_timeout || result->reason == REASON_connect_timeout;
    if (!as_told && timed_out && timeout_ms < GENEROUS_MS)
        return TIME_WAS_SHORT;
    expect_result(scene, result);
    if (bench.stage.fault[0])
        fail_msg("%s: the visitor said %s", scene->name, bench.stage.fault);
    return scene->reason == REASON_ok && bench.stage.left ? VISITOR_LEFT : CAME_TO_ITS_END;
}

/* Parting has a second, which a machine that stalls may outlast: not ten times in a row. Who is to fall silent has spoken
 * before: on such a machine it needs more than a short time for that. */
static void play_whole(const struct play_scene *scene)
{
    int64_t timeout_ms = play_has(scene, 'W') ? SHORT_MS : GENEROUS_MS;
    for (int tries = 0; tries < TRIES; tries++) {
        enum end end = play_once(scene, timeout_ms);
        if (end == CAME_TO_ITS_END)
            return;
        if (end == TIME_WAS_SHORT)
            testing_longer(&timeout_ms);
    }
    fail_msg("%s: the visitor did not part as the play has it", scene->name);
}

static void play_cancelled(const struct play_scene *scene)
{
    if (play_has(scene, 'W')) /* nothing would be left to happen but its time-out */
        return;
    bool over = false;
    for (int turns = 0; turns < CANCELS && !over; turns++) {
        struct bench bench;
        bench_open(&bench, scene);
        start(&bench);
        for (int i = 0; i < turns && !bench.told; i++)
            uv_run(&bench.loop, UV_RUN_ONCE);
        over = bench.told;
        bench.within = true;
        for (int i = 0; i < 2 && !over; i++) /* twice does no harm */
            bench.run.type->cancel(&bench.run);
        bench.within = false;
        uv_run(&bench.loop, UV_RUN_DEFAULT);
        bench_close(&bench);
    }
}

/* ---- what no server should say, to every scheme that has a play ---- */

enum { FLOOD = 1024 * 1024 };

static const struct rudeness {
    const char *name, *bytes;
    size_t length, total; /* of the bytes; of their repetition */
    char parting;
} rudenesses[] = {
    {"hangs up at once", "", 0, 0, 'H'},
    {"resets at once", "", 0, 0, 'R'},
    {"a line of 1 MB", "x", 1, FLOOD, 'H'},
    {"1 MB of lines that go on", "220-x\r\n", 7, FLOOD, 'H'},
    {"1 MB of lines without sense", "\x1b[2J\xff\xfe%n%s\r\n", 12, FLOOD, 'H'},
    {"1 MB of NULs", "\0", 1, FLOOD, 'H'},
    {"one NUL", "\0", 1, 1, 'H'},
    {"a greeting with a NUL", "220 a\0b\r\n", 9, 9, 'H'},
    {"huge numbers", "\xff", 1, 4096, 'H'},
    {"another protocol", "HTTP/1.1 400 Bad Request\r\n\r\n", 28, 28, 'H'},
};

static char *repeat(const struct rudeness *rudeness)
{
    char *bytes = mem_zalloc(rudeness->total + 1);
    for (size_t i = 0; i < rudeness->total; i++)
        bytes[i] = rudeness->bytes[i % rudeness->length];
    return bytes;
}

/* TLS alone is all that tls:// wants; six NULs are a version of Mumble's, without a word in it. */
static bool may_be_good(const char *scheme, const struct rudeness *rudeness)
{
    return strcmp(scheme, "tls") == 0 ||
           (strcmp(scheme, "mumble") == 0 && rudeness->total >= 6 && !rudeness->bytes[0]);
}

static void play_rude(const struct play_scene *scene, const struct rudeness *rudeness)
{
    struct bench bench;
    struct play_scene rude = {.certificate = "good"};
    text_copy(rude.scheme, sizeof rude.scheme, scene->scheme);
    snprintf(rude.name, sizeof rude.name, "%.20s: %s", scene->scheme, rudeness->name);
    if (scene->moves[0].kind == 'T')
        rude.moves[rude.move_count++].kind = 'T';
    char *bytes = repeat(rudeness);
    if (rudeness->total)
        rude.moves[rude.move_count++] = (struct play_move){'S', bytes, rudeness->total};
    rude.moves[rude.move_count++].kind = rudeness->parting;
    bench_open(&bench, &rude);
    start(&bench);
    uv_run(&bench.loop, UV_RUN_DEFAULT);
    bench_close(&bench);
    free(bytes);
    const struct result *result = &bench.run.result;
    bool blamed = result->outcome == OUTCOME_DOWN || result->outcome == OUTCOME_DEGRADED;
    if (!blamed && !may_be_good(scene->scheme, rudeness))
        fail_msg("%s: %s \"%s\"", rude.name, reason_code(result->reason), result->detail);
}

static void play_each_rudeness(const struct play_scene *scene)
{
    static char last[sizeof scene->scheme];
    if (strcmp(last, scene->scheme) == 0)
        return;
    text_copy(last, sizeof last, scene->scheme);
    for (size_t i = 0; i < ARRAY_LEN(rudenesses); i++)
        play_rude(scene, &rudenesses[i]);
}

static void test_rudeness(void **state)
{
    (void)state;
    play_each(play_each_rudeness);
}

/* ---- plaintext smuggled in before TLS, in every play that turns to it ---- */

static size_t injected;

/* The last words before TLS, or NULL. */
static struct play_move *last_plain(struct play_scene *scene)
{
    for (size_t i = 1; i < scene->move_count; i++)
        if (scene->moves[i].kind == 'T' && scene->moves[i - 1].kind == 'S')
            return &scene->moves[i - 1];
    return NULL;
}

static void play_injected(const struct play_scene *scene)
{
    static const char smuggled[] = "NOOP\r\n";
    struct play_scene worse = *scene;
    struct play_move *move = last_plain(&worse);
    struct bench bench;
    if (scene->reason != REASON_ok || !move)
        return;
    char *bytes = mem_zalloc(move->length + sizeof smuggled);
    memcpy(bytes, move->bytes, move->length);
    memcpy(bytes + move->length, smuggled, sizeof smuggled);
    *move = (struct play_move){'S', bytes, move->length + sizeof smuggled - 1};
    bench_open(&bench, &worse);
    start(&bench);
    uv_run(&bench.loop, UV_RUN_DEFAULT);
    bench_close(&bench);
    free(bytes);
    injected++;
    if (bench.run.result.reason != REASON_protocol_error)
        fail_msg("%s, with more before TLS: %s \"%s\"", scene->name,
                 reason_code(bench.run.result.reason), bench.run.result.detail);
}

static void test_injected(void **state)
{
    (void)state;
    injected = 0;
    play_each(play_injected);
    assert_true(injected >= 12);
}

static void test_plays(void **state)
{
    (void)state;
    play_each(play_whole);
}

static void test_cancel(void **state)
{
    (void)state;
    play_each(play_cancelled);
}

/* What lies below the dialogue: an address that is not ours to visit, and a port where nobody is. */
static void test_no_connection(void **state)
{
    (void)state;
    static const struct {
        const char *address;
        enum reason reason;
        const char *detail;
    } rows[] = {{"10.0.0.1", REASON_refused_by_policy, "our rules forbid 10.0.0.1"},
                {"127.0.0.2", REASON_connect_refused, "cannot connect: Connection refused"}};
    static const struct play_scene scene = {
        .name = "none", .scheme = "smtps", .certificate = "good"};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bench bench;
        bench_open(&bench, &scene);
        assert_int_equal(address_parse(rows[i].address, bench.stage.port, &bench.run.address), 0);
        start(&bench);
        uv_run(&bench.loop, UV_RUN_DEFAULT);
        bench_close(&bench);
        assert_row(i, bench.run.result.reason == rows[i].reason);
        assert_string_equal(bench.run.result.detail, rows[i].detail);
        assert_row(i, isnan(bench.run.result.phases.ms[PHASE_CONNECT]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plays),         cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_rudeness),      cmocka_unit_test(test_injected),
        cmocka_unit_test(test_no_connection),
    };
    return cmocka_run_group_tests(tests, pki_setup, pki_teardown);
}
