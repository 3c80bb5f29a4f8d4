#include "fake_dns_thread.h"

#include "testing.h"

static void on_stop(uv_async_t *async)
{
    struct fake_dns_thread *thread = async->data;
    fake_dns_close(&thread->dns);
    uv_close((uv_handle_t *)async, NULL);
}

static void *serve(void *argument)
{
    struct fake_dns_thread *thread = argument;
    uv_run(&thread->loop, UV_RUN_DEFAULT);
    return NULL;
}

void fake_dns_thread_open(struct fake_dns_thread *thread, const struct fake_dns_row *rows)
{
    assert_int_equal(uv_loop_init(&thread->loop), 0);
    assert_int_equal(uv_async_init(&thread->loop, &thread->stop, on_stop), 0);
    thread->stop.data = thread;
    fake_dns_open(&thread->dns, &thread->loop, rows);
    assert_int_equal(pthread_create(&thread->thread, NULL, serve, thread), 0);
}

void fake_dns_thread_close(struct fake_dns_thread *thread)
{
    uv_async_send(&thread->stop);
    pthread_join(thread->thread, NULL);
    assert_int_equal(uv_loop_close(&thread->loop), 0);
}
