#include "turning.h"

#include "testing.h"

static const uint64_t patience_ns = 60000000000;

static void on_tick(uv_timer_t *timer)
{
    (void)timer;
}

void turn_until(uv_loop_t *loop, bool (*done)(void *owner), void *owner)
{
    uint64_t deadline = uv_hrtime() + patience_ns;
    uv_timer_t tick;
    uv_timer_init(loop, &tick);
    uv_timer_start(&tick, on_tick, 5, 5);
    while (!done(owner) && uv_hrtime() < deadline)
        uv_run(loop, UV_RUN_ONCE);
    uv_close((uv_handle_t *)&tick, NULL);
    uv_run(loop, UV_RUN_NOWAIT);
    assert_true(done(owner));
}

void turn_out(uv_loop_t *loop)
{
    uint64_t deadline = uv_hrtime() + patience_ns;
    while (uv_run(loop, UV_RUN_NOWAIT) && uv_hrtime() < deadline)
        uv_sleep(2);
    assert_int_equal(uv_loop_close(loop), 0);
}
