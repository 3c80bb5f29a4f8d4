/* Children that look through files, well, badly, for too long: real processes, a script in place of vibrisse. */
#include "proofreader.h"

#include "macros.h"
#include "mem.h"
#include "scratch.h"
#include "text.h"
#include "turning.h"

#include "testing.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { ALL = PROOFREADER_AT_ONCE + PROOFREADER_WAITING };

/* What it does stands in the address, its last argument. "gate" waits until the file of that name is there. */
static const char script[] =
    "#!/bin/sh\n"
    "cd \"${0%/*}\" || exit 2\n"
    "for url; do :; done\n"
    "echo \"${url##*/}\" >>seen\n"
    "case $url in\n"
    "*/good) echo '[]' ;;\n"
    "*/found) echo '[{\"file\":1}]'; exit 1 ;;\n"
    "*/args) echo \"[$*\" ;;\n"
    "*/empty) ;;\n"
    "*/garbage) echo '{}' ;;\n"
    "*/usage) echo '[]'; exit 2 ;;\n"
    "*/killed) echo '[]'; kill -KILL $$ ;;\n"
    "*/long) while echo '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[['; do :; done ;;\n"
    "*/gate*) while [ ! -e gate ]; do sleep 0.01; done; echo '[]' ;;\n"
    "*/hang) exec sleep 1000 ;;\n"
    "esac\n";

struct scene {
    char folder[SCRATCH_SIZE], program[SCRATCH_SIZE + 16];
    uv_loop_t loop;
    struct proofreader reader;
    struct told {
        const void *ticket;
        enum proof_outcome outcome;
        char report[512];
    } told[2 * ALL];
    size_t count, wanted;
};

static void on_done(void *owner, void *ticket, enum proof_outcome outcome, const char *report)
{
    struct scene *scene = owner;
    assert_true(scene->count < ARRAY_LEN(scene->told));
    struct told *told = &scene->told[scene->count++];
    told->ticket = ticket;
    told->outcome = outcome;
    text_copy(told->report, sizeof told->report, report);
}

static int set_up(void **state)
{
    struct scene *scene = mem_zalloc(sizeof *scene);
    scratch_make(scene->folder);
    scratch_write(scene->folder, "program", script, sizeof script - 1);
    text_format(scene->program, sizeof scene->program, "%s/program", scene->folder);
    assert_int_equal(chmod(scene->program, 0700), 0);
    uv_loop_init(&scene->loop);
    scene->reader = (struct proofreader){
        .program = scene->program, .loop = &scene->loop, .done = on_done, .owner = scene};
    *state = scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    proofreader_stop(&scene->reader);
    turn_out(&scene->loop);
    proofreader_fini(&scene->reader);
    scratch_remove(scene->folder);
    free(scene);
    return 0;
}

static bool ask(struct scene *scene, const char *url)
{
    return proofreader_ask(&scene->reader, url, "fr", NULL);
}

static bool are_told(void *owner)
{
    const struct scene *scene = owner;
    return scene->count >= scene->wanted;
}

static void wait_for(struct scene *scene, size_t count)
{
    scene->wanted = count;
    turn_until(&scene->loop, are_told, scene);
    assert_int_equal(scene->count, count);
}

/* How many children have begun. */
static size_t seen(const struct scene *scene)
{
    char *text = scratch_run("cat %s/seen 2>/dev/null | wc -l", scene->folder);
    size_t count = strtoul(text, NULL, 10);
    free(text);
    return count;
}

static bool have_begun(void *owner)
{
    const struct scene *scene = owner;
    return seen(scene) >= scene->wanted;
}

static void wait_for_children(struct scene *scene, size_t count)
{
    scene->wanted = count;
    turn_until(&scene->loop, have_begun, scene);
}

/* ---- the tests ---- */

static void test_outcomes(void **state)
{
    static const struct {
        const char *url, *report;
        enum proof_outcome outcome;
    } rows[] = {
        {"https://a.example/good", "[]\n", PROOF_READ},
        {"http://a.example/found", "[{\"file\":1}]\n", PROOF_READ},
        {"https://a.example/empty", "", PROOF_FAILED},
        {"https://a.example/garbage", NULL, PROOF_FAILED},
        {"https://a.example/usage", NULL, PROOF_FAILED},
        {"https://a.example/killed", NULL, PROOF_FAILED},
        {"https://a.example/long", NULL, PROOF_FAILED},
    };
    struct scene *scene = *state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int ticket;
        assert_true(proofreader_ask(&scene->reader, rows[i].url, "en", &ticket));
        wait_for(scene, i + 1);
        assert_ptr_equal(scene->told[i].ticket, &ticket);
        assert_row(i, scene->told[i].outcome == rows[i].outcome);
        assert_row(i, !rows[i].report || strcmp(scene->told[i].report, rows[i].report) == 0);
    }
}

/* The address is the last word, whatever it looks like; nothing of an older configuration stays. */
static void test_command_line(void **state)
{
    static const char *const allowed[] = {"127.0.0.0/8", "::1/128", NULL};
    static const char *const resolvers[] = {"192.0.2.1", NULL};
    struct scene *scene = *state;
    const struct config config = {.allow = allowed,
                                  .resolvers = resolvers,
                                  .ca_file = "/x.pem",
                                  .user_agent_url = "https://a.example/robot"};
    const struct config other = {.ca_file = "/y.pem"};
    proofreader_order(&scene->reader, &config);
    assert_true(ask(scene, "http://--ca-file/args"));
    wait_for(scene, 1);
    assert_string_equal(scene->told[0].report,
                        "[register lint --json --brief --language fr --allow-net 127.0.0.0/8 "
                        "--allow-net ::1/128 --resolver 192.0.2.1 --ca-file /x.pem --robot-url "
                        "https://a.example/robot http://--ca-file/args\n");
    proofreader_order(&scene->reader, &other);
    assert_true(ask(scene, "http://b.example/args"));
    wait_for(scene, 2);
    assert_string_equal(scene->told[1].report, "[register lint --json --brief --language fr "
                                               "--ca-file /y.pem http://b.example/args\n");
}

/* Two at once, four who wait in their order, and nobody else until there is room. */
static void test_crowd(void **state)
{
    struct scene *scene = *state;
    char tickets[ALL];
    for (size_t i = 0; i < ALL; i++)
        assert_true(proofreader_ask(&scene->reader, "https://a.example/gate", "fr", &tickets[i]));
    assert_false(ask(scene, "https://a.example/gate"));
    wait_for_children(scene, PROOFREADER_AT_ONCE);
    assert_int_equal(seen(scene), PROOFREADER_AT_ONCE);
    assert_int_equal(scene->count, 0);
    scratch_write(scene->folder, "gate", "", 0);
    wait_for(scene, ALL);
    /* The two may overtake one another. */
    for (size_t i = 0; i < ALL; i++) {
        size_t place = (size_t)((const char *)scene->told[i].ticket - tickets);
        assert_row(i, scene->told[i].outcome == PROOF_READ);
        assert_row(i, place < i + PROOFREADER_AT_ONCE);
    }
    assert_true(ask(scene, "https://a.example/good"));
    wait_for(scene, ALL + 1);
}

static void test_no_program(void **state)
{
    struct scene *scene = *state;
    scene->reader.program = "/nonexistent/vibrisse";
    for (size_t i = 0; i < ALL; i++)
        assert_true(ask(scene, "https://a.example/good"));
    wait_for(scene, ALL);
    for (size_t i = 0; i < ALL; i++)
        assert_row(i, scene->told[i].outcome == PROOF_FAILED);
}

/* As if the time were over. */
static void hurry(uv_handle_t *handle, void *owner)
{
    (void)owner;
    if (handle->type != UV_TIMER || !uv_is_active(handle))
        return;
    uv_timer_set_repeat((uv_timer_t *)handle, 1);
    uv_timer_again((uv_timer_t *)handle);
}

static void test_late(void **state)
{
    struct scene *scene = *state;
    assert_true(ask(scene, "https://a.example/hang"));
    wait_for_children(scene, 1);
    uv_walk(&scene->loop, hurry, NULL);
    wait_for(scene, 1);
    assert_int_equal(scene->told[0].outcome, PROOF_LATE);
}

/* Those that run are ended, those that wait are forgotten, and nobody is told. */
static void test_stop(void **state)
{
    struct scene *scene = *state;
    for (size_t i = 0; i < ALL; i++)
        assert_true(ask(scene, "https://a.example/hang"));
    wait_for_children(scene, PROOFREADER_AT_ONCE);
    proofreader_stop(&scene->reader);
    assert_false(ask(scene, "https://a.example/good"));
    while (uv_run(&scene->loop, UV_RUN_ONCE))
        continue;
    assert_int_equal(seen(scene), PROOFREADER_AT_ONCE);
    assert_int_equal(scene->count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_outcomes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_command_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_crowd, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_program, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_late, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_stop, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
