#include "mem.h"

#include "testing.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void test_zeroed(void **state)
{
    (void)state;
    unsigned char *bytes = mem_zalloc(100);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(bytes[i], 0);
    free(bytes);
    free(mem_zalloc(0));
    free(mem_array(0, 8));
    uint64_t *array = mem_array(10, sizeof *array);
    assert_int_equal(array[9], 0);
    free(array);
}

static void test_grow_keeps_the_content(void **state)
{
    (void)state;
    int *numbers = NULL;
    size_t capacity = 0;
    for (int i = 0; i < 5000; i++) {
        void *array = numbers;
        mem_grow(&array, &capacity, (size_t)i + 1, sizeof *numbers);
        numbers = array;
        assert_true(capacity > (size_t)i);
        numbers[i] = i;
    }
    for (int i = 0; i < 5000; i++)
        assert_int_equal(numbers[i], i);
    void *same = numbers;
    mem_grow(&same, &capacity, 1, sizeof *numbers);
    assert_ptr_equal(same, numbers);
    free(numbers);
}

static void test_text(void **state)
{
    (void)state;
    assert_null(mem_text(NULL));
    char *copy = mem_text("chat");
    assert_string_equal(copy, "chat");
    free(copy);
}

/* Without memory the process says so and aborts; it never goes on with NULL. */
static int status_of(void (*ask)(void))
{
    pid_t child = fork();
    if (child == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        close(STDERR_FILENO);
        signal(SIGABRT, SIG_DFL);
        ask();
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return status;
}

static void ask_too_many(void)
{
    free(mem_array(SIZE_MAX / 2, 8));
}

static void test_no_memory_aborts(void **state)
{
    (void)state;
    int status = status_of(ask_too_many);
    /* A sanitizer's allocator ends the process in its own way. */
    assert_true(WIFSIGNALED(status) ? WTERMSIG(status) == SIGABRT : WEXITSTATUS(status) != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zeroed),
        cmocka_unit_test(test_grow_keeps_the_content),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_no_memory_aborts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
